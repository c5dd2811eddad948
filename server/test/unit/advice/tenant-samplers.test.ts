import { describe, expect, it } from '@jest/globals';
import {
  BYTES_PER_KEY,
  BYTES_PER_TENANT,
  MAX_SAMPLER_BYTES,
  SamplerBudget,
} from '../../../src/advice/sampler-budget.js';
import { TenantSamplers } from '../../../src/advice/tenant-samplers.js';
import type { CurveSample } from '../../../src/core/advice.js';
import { fail } from '../../../src/core/errors.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import { MemoryCurveStore } from '../../../src/testing/memory-curve-store.js';

const HOUR_MS = 3_600_000;
const [A, B] = [tenantId('a'), tenantId('b')];

function desk(maxBytes = MAX_SAMPLER_BYTES) {
  const clock = { nowMs: Date.parse('2026-11-20T10:00:00Z') };
  const store = new MemoryCurveStore();
  const budget = new SamplerBudget(maxBytes);
  const samplers = new TenantSamplers({ store, processEpoch: 'p', seed: 1, budget, now: () => clock.nowMs });
  const ask = (tenant: TenantId, keys: number) => {
    const sampler = samplers.open(tenant, 1e9);
    for (let key = 0; key < keys; key++) sampler?.miss('r', `key-${key}`);
    return sampler;
  };
  const requests = async (tenant: TenantId) =>
    (await store.read(tenant, clock.nowMs)).reduce((sum, sample) => sum + sample.requests, 0);
  return { clock, store, samplers, ask, requests };
}

describe('TenantSamplers', () => {
  it('saves what each tenant asked, once however often it is flushed', async () => {
    const { samplers, ask, requests } = desk();
    ask(A, 10);
    ask(B, 20);
    await Promise.all([samplers.flush(), samplers.flush()]);
    ask(A, 5);
    await samplers.flush();
    await samplers.flush();
    expect([await requests(A), await requests(B)]).toEqual([15, 20]);
  });

  it('adds up what a tenant asked before it left the process and after it came back', async () => {
    const { samplers, ask, requests } = desk();
    ask(A, 100);
    expect(samplers.bytes).toBe(BYTES_PER_TENANT + 128 * BYTES_PER_KEY);
    samplers.drop(A);
    expect([samplers.bytes, samplers.tenants]).toEqual([0, 0]);
    ask(A, 7);
    await samplers.flush();
    expect(await requests(A)).toBe(107);
  });

  it('loses nothing of a tenant that leaves while the store is away', async () => {
    const { samplers, ask, requests, store } = desk();
    const save = store.save.bind(store);
    store.save = async () => {
      throw fail('DIRECTORY_UNAVAILABLE');
    };
    ask(A, 10);
    ask(B, 10);
    samplers.drop(A);
    await expect(samplers.flush()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    store.save = save;
    await samplers.flush();
    expect([await requests(A), await requests(B)]).toEqual([10, 10]);
  });

  it('keeps what a tenant asks while its sample is being saved', async () => {
    const { samplers, ask, requests, store } = desk();
    ask(A, 10);
    const save = store.save.bind(store);
    store.save = async (samples: readonly CurveSample[]) => {
      ask(A, 1);
      await save(samples);
    };
    await samplers.flush();
    store.save = save;
    await samplers.flush();
    expect(await requests(A)).toBe(11);
  });

  it('saves nothing for tenants without requests, and lets the past of the others weigh less', async () => {
    const { samplers, ask, requests, clock, store } = desk();
    samplers.open(A, 1e9);
    samplers.drop(A);
    ask(B, 100);
    await samplers.flush();
    clock.nowMs += 2 * HOUR_MS;
    await samplers.flush();
    expect(await requests(B)).toBeCloseTo(81);
    expect(await store.read(A, clock.nowMs)).toEqual([]);
  });

  it('stays within its budget: many tenants get smaller samples, and those too many none', () => {
    const maxBytes = 1_000_000;
    const { samplers, ask } = desk(maxBytes);
    for (let tenant = 0; tenant < 200; tenant++) {
      ask(tenantId(`t${tenant}`), 2_000);
      expect(samplers.bytes).toBeLessThanOrEqual(maxBytes);
    }
    expect(samplers.tenants).toBeGreaterThan(10);
    expect(samplers.tenants).toBeLessThan(80);
    expect(samplers.open(A, 1e9)).toBeUndefined();
    samplers.drop(tenantId('t0'));
    expect(samplers.open(A, 1e9)).toBeDefined();
  });

  it('drops a thousand tenants without a store in bounded memory', async () => {
    const { samplers, ask, requests, store } = desk();
    for (let tenant = 0; tenant < 1_500; tenant++) {
      ask(tenantId(`t${tenant}`), 1);
      samplers.drop(tenantId(`t${tenant}`));
    }
    await samplers.flush();
    expect([await requests(tenantId('t499')), await requests(tenantId('t500'))]).toEqual([0, 1]);
    expect(store).toBeDefined();
  });
});
