import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { TenantId } from '../../src/core/tenant-id.js';
import type { RedisTopology } from '../../src/l2/redis-topology.js';
import { RedisUsageJournal } from '../../src/l2/redis-usage-journal.js';
import type { ScriptRunner } from '../../src/l2/script-runner.js';
import { newTenant } from '../../src/testing/contract-desk.js';
import { usagePart } from '../../src/testing/usage-journal-contract.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { ageMarks } from '../fakes/usage-journals.js';

const MINUTE_MS = 60_000;
const ROUNDS = 150;

let client: Redis;
let made: ReturnType<typeof redisStore>;
beforeAll(async () => {
  client = new Redis(testRedisUrl());
  made = redisStore();
  await made.store.ready();
});
afterAll(async () => {
  await made.close();
  await client.quit();
});

const epoch = () => `${randomUUID()}.0`;
const marked = async (tenant: TenantId) => (await client.zscore('tenantcache:counted', tenant)) !== null;

/** What another process does just before one of this process's scripts runs. */
type Before = Partial<Record<string, () => Promise<void>>>;

/** A process whose clock the test moves, and which is held up where the test says. */
function process(clock: { passedMs: number }, before: Before = {}) {
  const held = new Proxy(made.topology, {
    get(topology, name) {
      const member = Reflect.get(topology, name) as unknown;
      if (name !== 'script') return typeof member === 'function' ? member.bind(topology) : member;
      return (...[lane, call, way]: Parameters<RedisTopology['script']>) =>
        topology.script(
          lane,
          (scripts, node) => {
            const run: ScriptRunner['run'] = async (script, keys, args) => {
              await before[script]?.();
              return scripts.run(script, keys, args);
            };
            return call({ run } as unknown as ScriptRunner, node);
          },
          way,
        );
    },
  });
  return new RedisUsageJournal(held, () => performance.now() + clock.passedMs);
}

describe('a process that puts', () => {
  it('marks the tenant before the part stands: a process that dies in between leaves none that nobody looks for', async () => {
    const tenant = newTenant();
    let markedFirst: boolean | undefined;
    const look = async () => {
      markedFirst = await marked(tenant);
    };
    await process({ passedMs: 0 }, { 'counters-put': look }).put([usagePart(tenant, epoch(), 0, 1)]);
    assert.equal(markedFirst, true);
  });

  it('renews the mark after five minutes, half as long as marks stay', async () => {
    const tenant = newTenant();
    const clock = { passedMs: 0 };
    const writer = process(clock);
    const marks: number[] = [];
    for (const minutes of [0, 4, 2, 4, 2]) {
      clock.passedMs += minutes * MINUTE_MS;
      await ageMarks(client, minutes * MINUTE_MS, [tenant]);
      await writer.put([usagePart(tenant, epoch(), 0, 1)]);
      marks.push(Date.now() - Number(await client.zscore('tenantcache:counted', tenant)));
    }
    assert.deepEqual(
      marks.map((ageMs) => Math.round(ageMs / MINUTE_MS)),
      [0, 4, 0, 4, 0],
    );
  });
});

describe('a collector that takes a mark back while a process puts', () => {
  it('leaves one that the process relies on: it was renewed within five minutes', async () => {
    const tenant = newTenant();
    const clock = { passedMs: 0 };
    const writer = process(clock);
    await writer.put([usagePart(tenant, epoch(), 0, 1)]);
    await writer.forget(await writer.read([tenant]));
    clock.passedMs += 5 * MINUTE_MS - 1_000;
    await ageMarks(client, 5 * MINUTE_MS - 1_000, [tenant]);
    const put = () => writer.put([usagePart(tenant, epoch(), 0, 1)]);
    // It has looked and found nothing, then the process puts.
    await process({ passedMs: 0 }, { 'counters-strike': put }).read([tenant]);
    assert.ok(await marked(tenant));
  });

  it('leaves one that is renewed between its look and its hand', async () => {
    const tenant = newTenant();
    const clock = { passedMs: 0 };
    const writer = process(clock);
    await writer.put([usagePart(tenant, epoch(), 0, 1)]);
    await writer.forget(await writer.read([tenant]));
    clock.passedMs += 60 * MINUTE_MS;
    await ageMarks(client, 60 * MINUTE_MS, [tenant]);
    const put = () => writer.put([usagePart(tenant, epoch(), 0, 1)]);
    await process({ passedMs: 0 }, { 'counters-strike': put }).read([tenant]);
    assert.ok(await marked(tenant));
  });

  it('takes it from a process that stood still between mark and part: that one marks again before it says done', async () => {
    const tenant = newTenant();
    const clock = { passedMs: 0 };
    const collector = process({ passedMs: 0 });
    const standStill = async () => {
      clock.passedMs += 11 * MINUTE_MS;
      await ageMarks(client, 11 * MINUTE_MS, [tenant]);
      await collector.read([tenant]);
      assert.equal(await marked(tenant), false);
    };
    await process(clock, { 'counters-put': standStill }).put([usagePart(tenant, epoch(), 0, 1)]);
    assert.ok(await marked(tenant));
    assert.equal((await collector.read([tenant])).length, 1);
  });
});

it('whatever two processes and two collectors do, in whatever order: acknowledged parts are found by their tenant', async () => {
  const tenants = [newTenant(), newTenant(), newTenant()];
  const any = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T;
  const clock = { passedMs: 0 };
  // What comes in between the calls of one step.
  const meanwhile: (() => Promise<void>)[] = [];
  const other = async () => {
    while (meanwhile.length > 0 && randomInt(3) > 0) await meanwhile.pop()?.();
  };
  const names = ['counters-mark', 'counters-put', 'counters-strike', 'counters-forget'];
  const before = Object.fromEntries(names.map((name) => [name, other]));
  const processes = [0, 1].map(() => process(clock, before));
  /** Marks cannot grow old within a step: its collector goes by the time of its look, which stays. */
  const ageing: (() => Promise<void>)[] = [];
  let struck = 0;

  const collect = async () => {
    const journal = any(processes);
    const read = await journal.read(tenants);
    if (randomInt(2) === 0) await journal.forget(read);
  };
  const put = () => any(processes).put([usagePart(any(tenants), epoch(), 0, 1)]);
  const wait = async () => {
    const ms = any([1_000, 4 * MINUTE_MS, 6 * MINUTE_MS, 11 * MINUTE_MS]);
    clock.passedMs += ms;
    const scores = await client.zmscore('tenantcache:counted', ...tenants);
    // A mark that is renewed from here on has another score.
    await delay(2);
    ageing.push(async () => {
      const renewed = await client.zmscore('tenantcache:counted', ...tenants);
      await ageMarks(
        client,
        ms,
        tenants.filter((_, index) => renewed[index] === scores[index]),
      );
    });
  };
  const steps = [put, collect, collect, wait];

  for (let round = 0; round < ROUNDS; round++) {
    meanwhile.push(...Array.from({ length: randomInt(4) }, () => any(steps)));
    await any(steps)();
    for (const age of ageing.splice(0)) await age();
    for (const tenant of tenants) {
      const parts = await client.hlen(`meta:{${tenant}}:counters`);
      const found = await marked(tenant);
      if (!found && parts === 0) struck++;
      assert.ok(found || parts === 0, `round ${round}: nobody would look for ${parts} parts`);
    }
  }
  // Otherwise no mark was ever taken back, and nothing was shown.
  assert.ok(struck > 0);
}, 300_000);
