import { describe, expect, it } from '@jest/globals';
import { Bypass } from '../../src/cache/bypass.js';
import { BypassableBus } from '../../src/cache/bypassable-bus.js';
import { BypassableStore } from '../../src/cache/bypassable-store.js';
import type { EntryBody, SharedStore } from '../../src/core/contracts.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { MemoryBus } from '../../src/testing/memory-bus.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { sharedStoreContract } from '../../src/testing/shared-store-contract.js';

sharedStoreContract({ describe, it }, 'behind a kill switch that is off', async () => {
  let agedMs = 0;
  const data = new MemoryData();
  const open = () => new BypassableStore(new MemorySharedStore({ now: () => Date.now() + agedMs, data }), new Bypass());
  return {
    store: open(),
    other: open(),
    age: async (_tenant, seconds) => {
      agedMs += seconds * 1_000;
    },
    touched: async () => {},
    close: async () => {},
  };
});

describe('a store behind a kill switch that is on', () => {
  const tenant = tenantId('a');
  const id = entryId('r', 'k');
  const limits = limitsOf({ quotaBytes: 1_000 });
  const body: EntryBody = { payload: Buffer.from('1'), ttlMs: 1_000, graceMs: 0 };
  const lease = { token: '0'.repeat(32), sequence: 1 };
  const calls: Record<string, (store: SharedStore) => unknown> = {
    get: (store) => store.get(tenant, id),
    getMany: (store) => store.getMany(tenant, [id]),
    write: (store) => store.write(tenant, id, body, limits),
    lease: (store) => store.lease(tenant, id, { seenSequence: 0, ttlMs: 1 }),
    renew: (store) => store.renew(tenant, id, lease, 1),
    release: (store) => store.release(tenant, id, lease),
    delete: (store) => store.delete(tenant, id),
    invalidate: (store) => store.invalidate(tenant, [{ tag: 't' }]),
    clear: (store) => store.clear(tenant),
    settle: (store) => store.settle(tenant, limits),
    preview: (store) => store.preview(tenant, limits),
    sample: (store) => store.sample(tenant, 'r', 1),
    ready: (store) => store.ready(),
  };

  it('lets no call of the seam through, rejects each, and is down', async () => {
    const reached: string[] = [];
    const spy = new Proxy({} as SharedStore, { get: (_, name) => () => reached.push(String(name)) });
    const bypass = new Bypass();
    const store = new BypassableStore(spy, bypass);
    bypass.set(true);
    for (const call of Object.values(calls)) {
      await expect(call(store)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
    store.touch(tenant, id);
    expect([store.state(), store.state(tenant)]).toEqual(['down', 'down']);
    expect(reached).toEqual([]);
    const seam = Object.getOwnPropertyNames(MemorySharedStore.prototype).filter((name) => name !== 'constructor');
    expect([...Object.keys(calls), 'touch', 'state', 'close'].sort()).toEqual(seam.sort());
  });

  it('takes the bus down with it, and both come back at once', () => {
    const bypass = new Bypass();
    const inner = new MemoryBus();
    const bus = new BypassableBus(inner, bypass);
    const states: string[] = [];
    bus.onState((state) => states.push(state));
    bypass.set(true);
    bypass.set(true);
    inner.enter('down');
    inner.enter('up');
    expect([bus.state(), states]).toEqual(['down', ['down']]);
    bypass.set(false);
    expect([bus.state(), states]).toEqual(['up', ['down', 'up']]);
  });
});
