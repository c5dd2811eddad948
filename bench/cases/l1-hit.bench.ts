import { LRUCache } from 'lru-cache';
import { measure, report } from '../measure.js';
import { PEERS } from '../peers/all.js';
import { tenantcache } from '../peers/tenantcache.js';
import { benchRedisUrl } from '../redis-url.js';
import { names, TTL_MS } from '../workload.js';

const KEYS = 500;
const TENANT = 'tenant';
const value = {
  id: 1,
  name: 'portfolio',
  positions: Array.from({ length: 10 }, (_, index) => ({ index, size: index * 2 })),
};
const load = async () => value;
const key = names('k', KEYS);

const raw = new LRUCache<string, object>({ max: KEYS, ttl: TTL_MS });
const tenants = new Map([[TENANT, new LRUCache<string, object>({ max: KEYS, ttl: TTL_MS })]]);
const peers = await Promise.all(PEERS.map(async ({ name, memory }) => ({ name, cache: await memory() })));
const tiered = await tenantcache.tiered(benchRedisUrl());
for (let index = 0; index < KEYS; index++) {
  raw.set(key(index), value);
  tenants.get(TENANT)?.set(key(index), value);
  for (const { cache } of [...peers, { cache: tiered }]) await cache.getOrSet(key(index), load);
}

const contenders = [
  { name: 'lru-cache, awaited', run: async (index: number) => raw.get(key(index)) },
  {
    name: 'thin tenant map over lru-cache (limit)',
    run: async (index: number) => tenants.get(TENANT)?.get(key(index)),
  },
  { name: 'tenantcache over Redis, getOrSet', run: (index: number) => tiered.getOrSet(key(index), load) },
  ...peers.flatMap(({ name, cache }) => {
    const { get } = cache;
    const reads = get && { name: `${name}, get`, run: (index: number) => get(key(index)) };
    return [
      { name: `${name}, getOrSet`, run: (index: number) => cache.getOrSet(key(index), load) },
      ...(reads ? [reads] : []),
    ];
  }),
];
for (const inFlight of [1, 64]) {
  // A write of ours to Redis would let L1 expire after 30 s at the latest: the loader is then asked again, by all alike.
  const rows = await measure(contenders, { operations: 500_000, slotMs: 150, inFlight });
  report(
    `L1 hit, ${inFlight} in flight`,
    'Values by reference. `getOrSet` is what all of them have; tenantcache with tenant, quota and metrics on.',
    rows,
    { 'tenantcache over Redis, getOrSet': 0.5, 'tenantcache, getOrSet': 0.5 },
  );
}
await Promise.all([...peers.map(({ cache }) => cache.close()), tiered.close()]);
