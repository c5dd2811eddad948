import { describe, expect, it } from '@jest/globals';
import { AlertEvaluator } from '../../../src/alerts/alert-evaluator.js';
import { alertRulesOf } from '../../../src/core/alert-rules.js';
import { COUNTER_NAMES, type CounterValues } from '../../../src/core/counters.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import type { UsageReader } from '../../../src/core/usage-reader.js';
import { MemoryAlertStore } from '../../../src/testing/memory-alert-store.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const ZERO = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as CounterValues;

/** Usage as a test sets it, and what was asked of it. */
class Figures implements Pick<UsageReader, 'spans' | 'days'> {
  readonly hour = new Map<string, Partial<CounterValues>>();
  readonly quarter = new Map<string, Partial<CounterValues>>();
  readonly week = new Map<string, Partial<CounterValues>>();
  readonly daysAsked: string[] = [];
  largestPage = 0;

  async spans(
    { fromMs, toMs }: { fromMs: number; toMs: number },
    { after, count }: { after?: TenantId | undefined; count: number },
  ) {
    const of = toMs - fromMs === HOUR_MS ? this.hour : this.quarter;
    const ids = [...of.keys()].sort().filter((id) => after === undefined || id > after);
    const page = ids.slice(0, count).map((id) => ({ ...ZERO, ...of.get(id), tenantId: tenantId(id) }));
    this.largestPage = Math.max(this.largestPage, page.length);
    return page;
  }

  async days(tenant: TenantId, span: { fromDate: string; toDate: string }) {
    this.daysAsked.push(`${tenant} ${span.fromDate} ${span.toDate}`);
    const week = this.week.get(tenant);
    return week ? [{ ...ZERO, ...week, date: span.toDate, hitRate: undefined, meanResponseTimeMs: undefined }] : [];
  }
}

function open() {
  const [figures, store] = [new Figures(), new MemoryAlertStore()];
  const events: string[] = [];
  const emit = (event: CacheEvent) => {
    if (event.type === 'alert') events.push(`${event.tenant} ${event.kind} ${event.state} ${event.value}`);
  };
  const alerts = new AlertEvaluator({ store, reader: figures, emit, sendAfterMs: 1e6 });
  let turns = 0;
  const turn = async () => {
    await alerts.rates(NOW + turns++);
    return events.splice(0);
  };
  return { figures, store, turn };
}
const hits = (requests: number, percent: number) => ({
  requests,
  l1Hits: (requests * percent) / 200,
  l2Hits: (requests * percent) / 200,
  misses: requests * (1 - percent / 100),
});

describe('hit rate', () => {
  it('that fell 10 points below the last seven days raises once, and resolves once it is within half of that', async () => {
    const { figures, turn } = open();
    figures.week.set('acme', hits(100_000, 80));
    const hour = (percent: number, requests = 2_000) => figures.hour.set('acme', hits(requests, percent));
    hour(70.5);
    expect(await turn()).toEqual([]);
    hour(70);
    expect(await turn()).toEqual(['acme hit-rate-drop raised 10']);
    hour(60);
    expect(await turn()).toEqual([]);
    hour(74);
    expect(await turn()).toEqual([]);
    hour(75);
    expect(await turn()).toEqual(['acme hit-rate-drop resolved 5']);
    expect(new Set(figures.daysAsked)).toEqual(new Set(['acme 2026-11-14 2026-11-20']));
    expect(figures.daysAsked).toHaveLength(1);
  });

  it('of few requests, or without days to compare with, says nothing; the very good are not even compared', async () => {
    const { figures, turn } = open();
    figures.week.set('few', hits(100_000, 80));
    figures.hour.set('few', hits(999, 0));
    figures.hour.set('new', hits(5_000, 0));
    figures.week.set('good', hits(100_000, 100));
    figures.hour.set('good', hits(5_000, 91));
    expect(await turn()).toEqual([]);
    expect(figures.daysAsked.map((asked) => asked.split(' ')[0])).toEqual(['new']);
  });

  it('that was raised is over where there are hardly any requests left, and stays between', async () => {
    const { figures, turn } = open();
    figures.week.set('acme', hits(100_000, 80));
    figures.hour.set('other', hits(10, 50));
    figures.hour.set('acme', hits(2_000, 20));
    expect(await turn()).toHaveLength(1);
    figures.hour.set('acme', hits(600, 20));
    expect(await turn()).toEqual([]);
    figures.hour.set('acme', hits(400, 20));
    expect(await turn()).toEqual(['acme hit-rate-drop resolved 60']);
    figures.hour.set('acme', hits(2_000, 20));
    expect(await turn()).toHaveLength(1);
    figures.hour.delete('acme');
    expect(await turn()).toEqual(['acme hit-rate-drop resolved 0']);
  });

  it('says nothing at all where nobody had a request: usage that did not arrive looks like that', async () => {
    const { figures, store, turn } = open();
    figures.week.set('acme', hits(100_000, 80));
    figures.hour.set('acme', hits(2_000, 20));
    await turn();
    figures.hour.clear();
    expect(await turn()).toEqual([]);
    expect((await store.alerts({ state: 'open', page: 1, pageSize: 9 })).total).toBe(1);
  });
});

describe('rejections', () => {
  it('above 1 % of the last 15 minutes’ writes raise once, and resolve at half of that', async () => {
    const { figures, turn } = open();
    figures.hour.set('acme', hits(10, 50));
    const quarter = (rejections: number, writes: number) =>
      figures.quarter.set('acme', { requests: 1, writes: writes - rejections, rejections });
    quarter(10, 1_000);
    expect(await turn()).toEqual([]);
    quarter(99, 99);
    expect(await turn()).toEqual([]);
    quarter(11, 1_000);
    expect(await turn()).toEqual(['acme rejection-rate raised 1.1']);
    quarter(6, 1_000);
    expect(await turn()).toEqual([]);
    quarter(5, 1_000);
    expect(await turn()).toEqual(['acme rejection-rate resolved 0.5']);
  });

  it('follow the rules of the tenant, and are not looked at where they are off', async () => {
    const { figures, store, turn } = open();
    const actor = { id: 'admin@example.com', source: 'api' } as const;
    const change = (id: string, rejectionRate: object) =>
      store.changeRules(tenantId(id), { rules: alertRulesOf({ rejectionRate }), reason: 'own' }, 0, actor);
    await change('own', { percent: 50, minWrites: 10 });
    await change('off', { enabled: false });
    figures.hour.set('own', hits(1, 0));
    for (const id of ['own', 'off', 'usual']) figures.quarter.set(id, { requests: 1, writes: 40, rejections: 60 });
    expect((await turn()).sort()).toEqual(['own rejection-rate raised 60', 'usual rejection-rate raised 60']);
  });
});

it('tenants come in pages of 500 at most', async () => {
  const { figures, turn } = open();
  for (let n = 0; n < 1_700; n++) {
    figures.hour.set(`t-${n}`, hits(10, 50));
    figures.quarter.set(`t-${n}`, { requests: 1, writes: 50, rejections: 50 });
  }
  expect(await turn()).toHaveLength(1_700);
  expect(figures.largestPage).toBe(500);
});
