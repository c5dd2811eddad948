import { describe, expect, it } from '@jest/globals';
import { settledUsage } from '../../../src/cache/settled-usage.js';
import { fail } from '../../../src/core/errors.js';
import { limitsOf } from '../../../src/core/quota.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MemorySharedStore } from '../../../src/testing/memory-shared-store.js';

const tenant = tenantId('a');
const limits = limitsOf({ quotaBytes: 1_000 });

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
    await expect(settledUsage(store, tenant, limits)).resolves.toEqual({ usedBytes: 0, entries: 0 });
  });

  it('gives up after three, so that a listing without Redis ends', async () => {
    const store = new SilentAtFirst(99);
    await expect(settledUsage(store, tenant, limits)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(store.calls).toBe(3);
  });
});
