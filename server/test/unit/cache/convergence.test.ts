import { describe, expect, it } from '@jest/globals';
import { Convergence } from '../../../src/cache/convergence.js';
import { TenantRuntime } from '../../../src/cache/tenant-runtime.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { limitsOf, type TenantSettings } from '../../../src/core/quota.js';
import { tenantId } from '../../../src/core/tenant-id.js';

const PER_ROUND = 10;

/** A store that evicts ten bytes a round. */
function open() {
  const state = { nowMs: 0, atOnce: 0, most: 0 };
  const visits: string[] = [];
  const told: [string, number][] = [];
  const runtimeOf = (name: string, usedBytes: number, settings: Partial<TenantSettings> = {}) => {
    const runtime = new TenantRuntime(tenantId(name));
    runtime.apply(limitsOf({ quotaBytes: 100, ...settings }));
    runtime.counters.usedBytes = usedBytes;
    return runtime;
  };
  const convergence = new Convergence({
    settle: async (runtime, maxRounds) => {
      visits.push(runtime.tenant);
      state.most = Math.max(state.most, ++state.atOnce);
      await new Promise(setImmediate);
      state.atOnce--;
      state.nowMs += 400;
      const { counters, limits } = runtime;
      const excess = counters.usedBytes - (limits?.hardLimitBytes ?? 0);
      if (limits?.policy === 'reject' || excess <= 0) return false;
      counters.usedBytes -= Math.min(excess, maxRounds * PER_ROUND);
      return counters.usedBytes > 100;
    },
    emit: (event: CacheEvent) => event.type === 'converging' && told.push([event.tenant, event.remainingBytes]),
    now: () => state.nowMs,
  });
  return { state, visits, told, convergence, runtimeOf };
}

describe('Convergence', () => {
  it('goes on until a tenant is at its limit, and tells at most once a second and once at the end', async () => {
    const { told, convergence, runtimeOf, visits } = open();
    const runtime = runtimeOf('a', 100 + 320 * 10);
    await convergence.visit([runtime]);
    expect(runtime.counters.usedBytes).toBe(100);
    expect(visits).toHaveLength(10);
    expect(told.map(([, bytes]) => bytes)).toEqual([3200, 2240, 1280, 320, 0]);
  });

  it('visits tenants in turns: one far over its limit holds up nobody', async () => {
    const { state, visits, convergence, runtimeOf } = open();
    const far = Array.from({ length: 16 }, (_, index) => runtimeOf(`far${index}`, 1_000_000));
    const near = runtimeOf('near', 101);
    const all = convergence.visit([...far, near]);
    while (near.counters.usedBytes > 100) await new Promise(setImmediate);
    expect(visits.indexOf('near')).toBe(16);
    convergence.close();
    await all;
    expect(state.most).toBe(16);
  });

  it('takes on what is added while it works', async () => {
    const { convergence, runtimeOf } = open();
    const [first, second] = [runtimeOf('a', 5_000), runtimeOf('b', 5_000)];
    await Promise.all([convergence.visit([first]), convergence.visit([second])]);
    expect([first.counters.usedBytes, second.counters.usedBytes]).toEqual([100, 100]);
  });

  it.each([{ policy: 'reject' }, { enforcement: 'off' }, { enforcement: 'observe' }] as Partial<TenantSettings>[])(
    'speaks of no progress where nothing is evicted: %j',
    async (settings) => {
      const { told, convergence, runtimeOf } = open();
      await convergence.visit([runtimeOf('a', 500, settings)]);
      expect(told).toEqual([]);
    },
  );
});
