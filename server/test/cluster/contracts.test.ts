import { describe, it } from '@jest/globals';
import { buildKey, META_KINDS } from '../../src/l2/redis-keys.js';
import { durableQueueContract } from '../../src/testing/durable-queue-contract.js';
import { invalidationBusContract } from '../../src/testing/invalidation-bus-contract.js';
import { sharedStoreContract } from '../../src/testing/shared-store-contract.js';
import { clusterClient, clusterStore } from '../fakes/cluster-store.js';
import { age, TOUCHES_FLUSHED_MS } from '../fakes/redis-store.js';
import { takeMessageNumber } from '../fakes/redis-tenant.js';

/** Two processes on the Cluster, and a client that neither of them knows of. */
async function pair() {
  const near = clusterStore();
  const far = clusterStore();
  const client = clusterClient();
  await Promise.all([near.store.ready(), far.store.ready()]);
  const close = async () => {
    await Promise.all([near.close(), far.close(), client.quit()]);
  };
  return { near, far, client, close };
}

sharedStoreContract({ describe, it }, 'Redis Cluster', async () => {
  const { near, far, client, close } = await pair();
  return {
    store: near.store,
    other: far.store,
    age: (tenant, seconds) => age(client, tenant, seconds),
    touched: () => new Promise((resolve) => setTimeout(resolve, TOUCHES_FLUSHED_MS)),
    close,
  };
});

invalidationBusContract({ describe, it }, 'Redis Cluster', async () => {
  const { near, far, client, close } = await pair();
  return { near, far, lose: async (tenant) => takeMessageNumber(client, tenant), close };
});

durableQueueContract({ describe, it }, 'Redis Cluster', async () => {
  const { near, far, client, close } = await pair();
  return {
    near: near.queue,
    far: far.queue,
    expireHold: async (tenant) => {
      const state = buildKey({ kind: 'wb-state', tenant });
      if (await client.exists(state)) await client.hset(state, 'until', 0);
    },
    isEmpty: async (tenant) => {
      const state = buildKey({ kind: 'wb-state', tenant });
      const others = META_KINDS.map((kind) => buildKey({ kind, tenant })).filter((key) => key !== state);
      return (await client.exists(...others)) === 0 && (await client.pttl(state)) > 0;
    },
    close,
  };
});
