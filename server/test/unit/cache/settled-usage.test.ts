import { describe, expect, it } from '@jest/globals';
import { settledUsage } from '../../../src/cache/settled-usage.js';
import { fail } from '../../../src/core/errors.js';
import { limitsOf } from '../../../src/core/quota.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MemorySharedStore } from '../../../src/testing/memory-shared-store.js';

const tenant = tenantId('a');
const limits = limitsOf({ quotaBytes: 1_000 });
const body = { payload: Buffer.alloc(50), ttlMs: 60_000, graceMs: 0 };

const unheard = () => {};

class SilentAtFirst extends MemorySharedStore {
  calls = 0;
  constructor(readonly silent: number) {
    super();
  }
  override settle(...args: Parameters<MemorySharedStore['settle']>) {
    return ++this.calls <= this.silent ? Promise.reject(fail('STORE_UNAVAILABLE')) : super.settle(...args);
  }
}

describe('settledUsage', () => {
  it('asks an admin’s question again where the store was silent for a moment', async () => {
    const store = new SilentAtFirst(2);
    await expect(settledUsage(store, tenant, limits, unheard)).resolves.toEqual({
      usedBytes: 0,
      entries: 0,
      exact: true,
    });
  });

  it('gives up after three, so that a listing without Redis ends', async () => {
    const store = new SilentAtFirst(99);
    await expect(settledUsage(store, tenant, limits, unheard)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(store.calls).toBe(3);
  });

  it('evicts nothing that lives and tells of no crossing where the quota was lowered', async () => {
    const store = new SilentAtFirst(0);
    for (let n = 0; n < 100; n++) await store.write(tenant, entryId('r', `k${n}`), body, limitsOf({ quotaBytes: 1e6 }));
    const { entries, exact } = await settledUsage(store, tenant, limits, unheard);
    expect([entries, exact]).toEqual([100, true]);
    expect((await store.settle(tenant, limits)).crossing).toMatchObject({ from: 'ok', to: 'critical' });
  });

  it('ends where more is dead than one request should settle, and goes on where it ended', async () => {
    const store = new SilentAtFirst(0);
    const roomy = limitsOf({ quotaBytes: 1e9 });
    for (let n = 0; n < 5_000; n++) await store.write(tenant, entryId('r', `k${n}`), body, roomy);
    await store.clear(tenant);
    const first = await settledUsage(store, tenant, roomy, unheard);
    expect([store.calls, first.entries, first.exact]).toEqual([64, 5_000 - 64 * 64, false]);
    expect(await settledUsage(store, tenant, roomy, unheard)).toEqual({ usedBytes: 0, entries: 0, exact: true });
  });
});
