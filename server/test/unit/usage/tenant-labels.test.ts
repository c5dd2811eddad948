import { describe, expect, it } from '@jest/globals';
import { ResourceCounters } from '../../../src/core/counters.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MAX_RESOURCE_LABELS } from '../../../src/usage/resource-families.js';
import { openExporter } from './exporter.js';

const MINUTES_5 = 300_000;

function open(maxTenantLabels: number, labelled: string[] = []) {
  let nowMs = 0;
  const exporter = openExporter({
    maxTenantLabels,
    labelledTenants: labelled.map((id) => tenantId(id)),
    now: () => nowMs,
  });
  const requests = async () => {
    const values: Record<string, number> = {};
    for (const [name, value] of await exporter.series()) {
      const tenant = /^tc_requests_total\{tenant="([^"]*)"\}$/.exec(name)?.[1];
      if (tenant !== undefined) values[tenant] = value;
    }
    return values;
  };
  const work = (id: string, more: number) => {
    const counted = exporter.tenants.get(id);
    if (counted) counted.counters.requests += more;
  };
  const review = () => {
    nowMs += MINUTES_5;
    return requests();
  };
  return { ...exporter, requests, work, review };
}

describe('labels of tenants', () => {
  it('go to the busiest, and all others are summed', async () => {
    const { add, series } = open(5);
    for (let index = 0; index < 30; index++) add(`t${index}`, { requests: index, usedBytes: 100 });
    const scraped = await series();
    const labels = [...scraped.keys()].filter((name) => name.startsWith('tc_requests_total'));
    expect(labels.map((name) => /"(.*)"/.exec(name)?.[1]).sort()).toEqual(['other', 't25', 't26', 't27', 't28', 't29']);
    expect(scraped.get('tc_requests_total{tenant="other"}')).toBe((24 * 25) / 2);
    expect(scraped.get('tc_quota_usage_bytes{tenant="other"}')).toBe(2_500);
  });

  it('go to those first that the options name, whenever they come', async () => {
    const { add, requests } = open(2, ['named']);
    add('busy', { requests: 1_000 });
    add('busier', { requests: 2_000 });
    expect(await requests()).toEqual({ busier: 2_000, other: 1_000 });
    add('named', { requests: 1 });
    expect(await requests()).toEqual({ busier: 2_000, named: 1, other: 1_000 });
  });

  it('are not swapped between two that are about equally busy', async () => {
    const { add, work, requests, review } = open(1);
    add('a', { requests: 10 });
    add('b', { requests: 9 });
    await requests();
    for (let round = 0; round < 5; round++) {
      work('a', 10);
      work('b', 11);
      expect(Object.keys(await review()).sort()).toEqual(['a', 'other']);
    }
  });

  it('end with a last value that every scraper sees, after which nothing comes back in `other`', async () => {
    const { add, work, requests, review } = open(1);
    add('a', { requests: 100 });
    for (const id of ['b', 'c', 'd']) add(id);
    expect(await requests()).toEqual({ a: 100, other: 0 });
    const others = () => {
      for (const [index, id] of ['b', 'c', 'd'].entries()) work(id, 10 * (index + 1));
    };
    others();
    work('a', 1);
    // Its last request is told by `other`: the series stands still from here on.
    expect(await review()).toEqual({ a: 100, other: 61 });
    others();
    work('a', 1);
    expect(await requests()).toEqual({ a: 100, other: 122 });
    // Begins at zero, for `other` has told of all it did.
    expect(await review()).toEqual({ d: 0, other: 122 });
    work('d', 5);
    work('a', 5);
    expect(await requests()).toEqual({ d: 5, other: 127 });
  });

  it('stay where their tenant is busy again by the time they would end', async () => {
    const { add, work, requests, review } = open(1);
    add('a', { requests: 100 });
    for (const id of ['b', 'c']) add(id);
    await requests();
    for (const id of ['b', 'c']) work(id, 10);
    expect(await review()).toEqual({ a: 100, other: 20 });
    work('a', 50);
    expect(await review()).toEqual({ a: 100, other: 70 });
    work('a', 1);
    expect(await requests()).toEqual({ a: 101, other: 70 });
  });

  it('change by a tenth at a review, however much the traffic moves', async () => {
    const { add, work, requests, review } = open(50);
    for (let index = 0; index < 50; index++) add(`old${index}`, { requests: 10 });
    for (let index = 0; index < 200; index++) add(`new${index}`);
    await requests();
    const left = async () => {
      for (let index = 0; index < 200; index++) work(`new${index}`, 100);
      return Object.keys(await review()).filter((name) => name.startsWith('old')).length;
    };
    expect([await left(), await left(), await left()]).toEqual([50, 45, 40]);
  });

  it('end with their tenant at once, whose last requests are in `other`', async () => {
    const { add, work, leave, requests } = open(2);
    add('a', { requests: 100 });
    add('b', { requests: 1 });
    await requests();
    work('a', 7);
    leave('a');
    expect(await requests()).toEqual({ b: 1, other: 7 });
    add('a', { requests: 3 });
    expect(await requests()).toEqual({ a: 3, b: 1, other: 7 });
  });

  it('end after the scrape that is under way when their tenant leaves, which loses nothing either', async () => {
    const { add, work, leave, requests } = open(2);
    for (const id of ['a', 'b', 'c']) add(id, { requests: 10 });
    const before = await requests();
    expect(before).toEqual({ a: 10, b: 10, other: 10 });
    for (const id of ['a', 'b', 'c']) work(id, 1);
    const underway = requests();
    // It has begun, and is not at its end.
    await Promise.resolve();
    for (const id of ['a', 'c']) leave(id);
    const during = await underway;
    const after = await requests();
    expect((during.a ?? 0) + (during.b ?? 0) + (during.other ?? 0)).toBeLessThanOrEqual(33);
    expect(after).toEqual({ b: 11, other: 33 - 11 - (during.a ?? 0) });
  });

  it('are none at all at 0', async () => {
    const { add, requests } = open(0);
    add('a', { requests: 3 });
    expect(await requests()).toEqual({ other: 3 });
  });

  it('are never the label of the others', async () => {
    const { add, requests } = open(5);
    add('other', { requests: 3 });
    add('a', { requests: 4 });
    expect(await requests()).toEqual({ a: 4, other: 3 });
  });
});

describe('labels of resources', () => {
  it('are bounded, whatever names tenants bring along, and lose nothing', async () => {
    const { add, leave, series } = open(5);
    let total = 0;
    const addTenant = (id: string, names: number, weight: number) => {
      const { resources } = add(id);
      for (let index = 0; index < names; index++) {
        resources.set(`${id}-${index}`, Object.assign(new ResourceCounters(), { misses: weight }));
        total += weight;
      }
    };
    const check = async () => {
      let sum = 0;
      const scraped = [...(await series())].filter(([name]) => name.startsWith('tc_resource_requests_total'));
      for (const [, value] of scraped) sum += value;
      expect(sum).toBe(total);
      expect(new Set(scraped.map(([name]) => /resource="(.*?)"/.exec(name)?.[1])).size).toBe(MAX_RESOURCE_LABELS + 1);
    };
    addTenant('honest', 32, 1_000);
    for (let index = 0; index < 100; index++) addTenant(`hostile${index}`, 32, 1);
    await check();
    for (let index = 0; index < 50; index++) leave(`hostile${index}`);
    await check();
    addTenant('late', 32, 5);
    await check();
    expect([...(await series()).keys()].filter((name) => name.includes('"honest-')).length).toBeGreaterThan(0);
  });

  it('begin at zero also for a name that was one of too many to be remembered', async () => {
    const { add, leave, review, series, tenants } = open(5);
    const names = (id: string, count: number) => {
      const { resources } = add(id);
      for (let index = 0; index < count; index++) resources.set(`${id}-${index}`, new ResourceCounters());
    };
    const all = Array.from({ length: 64 }, (_, index) => `many${index}`);
    for (const id of all) names(id, 32);
    const late = Object.assign(new ResourceCounters(), { misses: 500 });
    add('late').resources.set('late', late);
    const of = async (name: string) =>
      (await series()).get(`tc_resource_requests_total{outcome="miss",resource="${name}"}`);
    expect([await of('late'), await of('(other)')]).toEqual([undefined, 500]);
    // Those with a label do nothing, so that some of them end.
    for (const { counters } of [...tenants.values()].slice(4, 30))
      for (const counted of counters.resources.values()) counted.misses += 1;
    await review();
    const others = await of('(other)');
    for (const id of all) leave(id);
    await review();
    expect([await of('late'), await of('(other)')]).toEqual([0, others]);
    late.misses++;
    expect([await of('late'), await of('(other)')]).toEqual([1, others]);
  });
});
