import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AlertEvaluator } from '../../../src/alerts/alert-evaluator.js';
import { alertRulesOf } from '../../../src/core/alert-rules.js';
import type { AlertStore } from '../../../src/core/alerts.js';
import { fail } from '../../../src/core/errors.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import { MemoryAlertStore } from '../../../src/testing/memory-alert-store.js';

const ADMIN = { id: 'admin@example.com', source: 'api' } as const;
const ACME = tenantId('acme');
const T0 = 1_795_000_000_000;

/** A store that can be away, and counts its calls. */
class Away {
  away = false;
  calls = 0;
  readonly store: AlertStore;

  constructor(readonly real = new MemoryAlertStore()) {
    this.store = new Proxy(real as AlertStore, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          this.calls += 1;
          if (this.away) throw fail('DIRECTORY_UNAVAILABLE');
          return member.apply(target, args);
        };
      },
    });
  }
}

function evaluator(store: AlertStore, maxWaiting?: number) {
  const events: string[] = [];
  const emit = (event: CacheEvent) => {
    if (event.type === 'alert') events.push(`${event.kind} ${event.threshold} ${event.state}`);
  };
  return { events, alerts: new AlertEvaluator({ store, emit, maxWaiting, sendAfterMs: 1e6, retryAfterMs: 1e6 }) };
}
const raisedOf = async (store: AlertStore, tenant: TenantId = ACME) =>
  (await store.raised(undefined, 100)).items
    .filter((one) => one.tenantId === tenant)
    .map(({ threshold }) => threshold)
    .sort();

describe('use of a quota', () => {
  it('raises each threshold once, and resolves it at 95 % of it', async () => {
    const store = new MemoryAlertStore();
    const { alerts, events } = evaluator(store);
    const told = async (...percents: number[]) => {
      for (const percent of percents) alerts.usage(ACME, percent * 10, 1_000, T0 + clock++);
      await alerts.flush();
      return events.splice(0);
    };
    let clock = 0;
    expect(await told(10, 79.9)).toEqual([]);
    expect(await told(80, 85, 79, 77, 80, 94.9)).toEqual(['quota 80 raised']);
    expect(await told(100, 99)).toEqual(['quota 95 raised', 'quota 100 raised']);
    expect(await told(96, 95.1)).toEqual([]);
    expect(await told(95)).toEqual(['quota 100 resolved']);
    expect(await told(76.1)).toEqual(['quota 95 resolved']);
    expect(await told(76, 0)).toEqual(['quota 80 resolved']);
    const { items } = await store.alerts({ tenant: ACME, page: 1, pageSize: 10 });
    expect(items.map(({ threshold, value, resolvedValue }) => [threshold, value, resolvedValue]).sort()).toEqual(
      [
        [80, 80, 76],
        [95, 100, 76.1],
        [100, 100, 95],
      ].sort(),
    );
  });

  it('asks nobody about tenants far from any threshold', async () => {
    const { store } = new Away();
    const away = new Away();
    const { alerts } = evaluator(away.store);
    await alerts.rates(T0);
    const before = away.calls;
    for (let n = 0; n < 10_000; n++) alerts.usage(tenantId(`t-${n}`), 799, 1_000, T0 + 1);
    await alerts.flush();
    expect(away.calls).toBe(before);
    expect(await raisedOf(store)).toEqual([]);
    for (const quotaBytes of [0, -1, Number.NaN]) alerts.usage(ACME, 10, quotaBytes, T0);
    await alerts.flush();
    expect(away.calls).toBe(before);
  });

  it('is told once per crossing, however many evaluate it and in whatever turns', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            percent: fc.integer({ min: 60, max: 120 }),
            by: fc.integer({ min: 0, max: 2 }),
            flush: fc.boolean(),
          }),
          { maxLength: 60 },
        ),
        async (steps) => {
          const store = new MemoryAlertStore();
          const all = [evaluator(store), evaluator(store), evaluator(store)];
          const expected: string[] = [];
          const raised = new Set<number>();
          let atMs = T0;
          for (const { percent, by, flush } of steps) {
            // Time enough for what the others did to be read anew.
            atMs += 61_000;
            const one = all[by] as ReturnType<typeof evaluator>;
            one.alerts.usage(ACME, percent, 100, atMs);
            await new Promise(setImmediate);
            one.alerts.usage(ACME, percent, 100, atMs + 1);
            await one.alerts.flush();
            for (const threshold of [80, 95, 100]) {
              if (percent >= threshold && !raised.has(threshold)) {
                raised.add(threshold);
                expected.push(`quota ${threshold} raised`);
              } else if (percent <= threshold * 0.95 && raised.delete(threshold))
                expected.push(`quota ${threshold} resolved`);
            }
            if (flush) await Promise.all(all.map(({ alerts }) => alerts.flush()));
          }
          expect(all.flatMap(({ events }) => events).sort()).toEqual(expected.sort());
          expect(await raisedOf(store)).toEqual([...raised].sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on while the store is away, and tells afterwards, once', async () => {
    const away = new Away();
    const [one, two] = [evaluator(away.store), evaluator(away.store)];
    away.away = true;
    for (const { alerts } of [one, two]) {
      alerts.usage(ACME, 90, 100, T0);
      alerts.usage(ACME, 10, 100, T0 + 10);
      alerts.usage(ACME, 96, 100, T0 + 20);
      await expect(alerts.flush()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    }
    away.away = false;
    await Promise.all([one.alerts.flush(), two.alerts.flush()]);
    await one.alerts.flush();
    expect([...one.events, ...two.events].sort()).toEqual(
      ['quota 80 raised', 'quota 80 resolved', 'quota 80 raised', 'quota 95 raised'].sort(),
    );
    expect((await away.real.alerts({ page: 1, pageSize: 10 })).total).toBe(3);
  });

  it('keeps so many for a store that is away, and drops the oldest', async () => {
    const away = new Away();
    const { alerts, events } = evaluator(away.store, 10);
    away.away = true;
    for (let n = 0; n < 30; n++) alerts.usage(tenantId(`t-${n}`), 80, 100, T0 + n);
    await alerts.flush().catch(() => {});
    away.away = false;
    await alerts.flush();
    expect(events).toHaveLength(10);
    expect(await raisedOf(away.real, tenantId('t-29'))).toEqual([80]);
    expect(await raisedOf(away.real, tenantId('t-0'))).toEqual([]);
  });

  it('resolves what a process before this one raised', async () => {
    const store = new MemoryAlertStore();
    const before = evaluator(store);
    before.alerts.usage(ACME, 99, 100, T0);
    await before.alerts.close();
    const after = evaluator(store);
    await after.alerts.rates(T0 + 1);
    after.alerts.usage(ACME, 99, 100, T0 + 2);
    after.alerts.usage(ACME, 0, 100, T0 + 3);
    await after.alerts.flush();
    expect(after.events).toEqual(['quota 80 resolved', 'quota 95 resolved']);
  });

  it('looks at what is raised and nobody visits any more', async () => {
    const store = new MemoryAlertStore();
    const first = evaluator(store);
    first.alerts.usage(ACME, 99, 100, T0);
    first.alerts.usage(tenantId('busy'), 99, 100, T0);
    await first.alerts.close();
    const looked: TenantId[] = [];
    const emit = () => {};
    const alerts = new AlertEvaluator({
      store,
      emit,
      sendAfterMs: 1e6,
      look: async (tenant) => {
        looked.push(tenant);
        alerts.usage(tenant, 0, 100, T0 + 10);
      },
    });
    await alerts.rates(T0 + 1);
    looked.length = 0;
    alerts.usage(ACME, 99, 100, T0 + 11);
    alerts.usage(tenantId('busy'), 99, 100, T0 + 11);
    await alerts.rates(T0 + 12);
    expect(looked).toEqual([]);
    alerts.usage(tenantId('busy'), 99, 100, T0 + 13);
    await alerts.rates(T0 + 14);
    expect(looked).toEqual([ACME]);
  });
});

describe('rules', () => {
  it('hold at the next evaluation: other thresholds, switched off, what was raised under others is over', async () => {
    const store = new MemoryAlertStore();
    const { alerts, events } = evaluator(store);
    alerts.usage(ACME, 99, 100, T0);
    await alerts.flush();
    const rules = alertRulesOf({ quota: { thresholdsPercent: [50, 95] } });
    await store.changeRules(ACME, { rules, reason: 'earlier' }, 0, ADMIN);
    alerts.forget();
    await alerts.rates(T0 + 1);
    alerts.usage(ACME, 99, 100, T0 + 2);
    await alerts.flush();
    expect(events.splice(0)).toEqual(['quota 80 raised', 'quota 95 raised', 'quota 80 resolved', 'quota 50 raised']);
    const off = alertRulesOf({ quota: { enabled: false } });
    await store.changeRules(ACME, { rules: off, reason: 'quiet' }, 1, ADMIN);
    await alerts.rates(T0 + 3);
    alerts.usage(ACME, 99, 100, T0 + 4);
    alerts.usage(ACME, 99, 100, T0 + 5);
    await alerts.flush();
    expect(events).toEqual(['quota 50 resolved', 'quota 95 resolved'].sort((a, b) => (a < b ? 1 : -1)));
  });

  it('that were not known yet are not passed over: nothing is raised that they switched off', async () => {
    const away = new Away();
    await away.real.changeRules(
      ACME,
      { rules: alertRulesOf({ quota: { enabled: false } }), reason: 'quiet' },
      0,
      ADMIN,
    );
    away.away = true;
    const { alerts, events } = evaluator(away.store);
    alerts.usage(ACME, 99, 100, T0);
    await alerts.flush().catch(() => {});
    away.away = false;
    await alerts.flush();
    expect(events).toEqual([]);
    expect(await raisedOf(away.real)).toEqual([]);
  });
});
