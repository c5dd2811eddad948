import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { SharedStore } from '../../src/core/contracts.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import type { StoreUpkeep } from '../../src/core/upkeep.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { MemoryBus } from '../../src/testing/memory-bus.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { sharedStoreContract } from '../../src/testing/shared-store-contract.js';
import { upkeepContract } from '../../src/testing/upkeep-contract.js';
import { age, redisStore, TOUCHES_FLUSHED_MS } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

/*
 * What the store promises of tenants it promises of shared datasets: the same contracts over accounts of datasets. Their
 * names are so long that entries have the sizes that the contracts count with.
 */
const ownerOf = (tenant: TenantId) => `shared:d${tenant}d` as TenantId;
const isTenant = (value: unknown): value is TenantId => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
const isOwner = (value: unknown) => typeof value === 'string' && /^shared:d[0-9a-f]{32}d$/.test(value);

function mapped(value: unknown): unknown {
  if (isTenant(value)) return ownerOf(value);
  return Array.isArray(value) && value.every(isTenant) ? value.map(ownerOf) : value;
}

function restored(value: unknown): unknown {
  if (isOwner(value)) return String(value).slice('shared:d'.length, -1);
  if (Array.isArray(value)) return value.map(restored);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, restored(item)]));
}

/** Takes tenants for datasets, and names them as tenants where it tells of them. */
function ofDatasets<S extends SharedStore | StoreUpkeep>(store: S): S {
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const answer = member.apply(target, args.map(mapped));
        return answer instanceof Promise ? answer.then(restored) : restored(answer);
      };
    },
  });
}

sharedStoreContract({ describe, it }, 'datasets on Redis', async () => {
  const [near, far] = [redisStore(), redisStore()];
  const client = new Redis(testRedisUrl());
  await Promise.all([near.store.ready(), far.store.ready()]);
  return {
    store: ofDatasets(near.store),
    other: ofDatasets(far.store),
    age: (tenant, seconds) => age(client, ownerOf(tenant), seconds),
    touched: () => new Promise((resolve) => setTimeout(resolve, TOUCHES_FLUSHED_MS)),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});

upkeepContract({ describe, it }, 'datasets on Redis', async () => {
  const [near, far] = [redisStore(), redisStore()];
  const client = new Redis(testRedisUrl());
  await Promise.all([near.store.ready(), far.store.ready()]);
  return {
    store: ofDatasets(near.store),
    near: ofDatasets(new RedisUpkeep(near.topology)),
    far: ofDatasets(new RedisUpkeep(far.topology)),
    ageEnrolment: async (tenant) => {
      await client.zincrby('tenantcache:roll', -3_600_001, ownerOf(tenant));
    },
    age: (tenant, seconds) => age(client, ownerOf(tenant), seconds),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});

sharedStoreContract({ describe, it }, 'datasets in memory', async () => {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const data = new MemoryData();
  const bus = new MemoryBus();
  return {
    store: ofDatasets(new MemorySharedStore({ now, data, bus })),
    other: ofDatasets(new MemorySharedStore({ now, data, bus: bus.sibling() })),
    age: async (_tenant, seconds) => {
      aheadMs += seconds * 1_000;
    },
    touched: async () => {},
    close: async () => {},
  };
});
