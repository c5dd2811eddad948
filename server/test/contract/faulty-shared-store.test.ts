import { describe, expect, it } from '@jest/globals';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { FaultyStore } from '../../src/testing/faulty-shared-store.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { sharedStoreContract } from '../../src/testing/shared-store-contract.js';

sharedStoreContract({ describe, it }, 'memory behind a faulty store without a fault', async () => {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const data = new MemoryData();
  return {
    store: new FaultyStore(new MemorySharedStore({ now, data })),
    other: new MemorySharedStore({ now, data }),
    age: async (_tenant, seconds) => {
      aheadMs += seconds * 1000;
    },
    touched: async () => {},
    close: async () => {},
  };
});

describe('a faulty store', () => {
  const tenant = tenantId('faulty');
  const id = entryId('r', 'k');
  const body = { payload: Buffer.from('v'), ttlMs: 60_000, graceMs: 0 };
  const write = (store: FaultyStore) => store.write(tenant, id, body, limitsOf({ quotaBytes: 1e6 }));
  const unavailable = { code: 'STORE_UNAVAILABLE' };

  it('down: does nothing and fails; lost: does it and fails', async () => {
    const store = new FaultyStore(new MemorySharedStore());
    store.fault = 'down';
    await expect(write(store)).rejects.toMatchObject(unavailable);
    store.fault = 'none';
    expect(await store.get(tenant, id)).toBeUndefined();
    store.fault = 'lost';
    await expect(write(store)).rejects.toMatchObject(unavailable);
    expect(store.state()).toBe('down');
    store.fault = 'none';
    expect(await store.get(tenant, id)).toBeDefined();
  });

  it('slow: holds calls until another fault is set, which they then meet', async () => {
    const store = new FaultyStore(new MemorySharedStore());
    store.fault = 'slow';
    const held = write(store);
    expect([store.waiting, store.state()]).toEqual([1, 'up']);
    store.fault = 'none';
    expect((await held).status).toBe('stored');
    store.fault = 'slow';
    const doomed = store.delete(tenant, id);
    store.fault = 'down';
    await expect(doomed).rejects.toMatchObject(unavailable);
    expect(store.waiting).toBe(0);
    store.fault = 'none';
    expect(await store.get(tenant, id)).toBeDefined();
  });
});
