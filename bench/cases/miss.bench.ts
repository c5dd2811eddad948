import { Redis } from 'ioredis';
import { measure, report } from '../measure.js';
import { PEERS } from '../peers/all.js';
import { benchRedisUrl } from '../redis-url.js';
import { RUN, TTL_MS, VALUE } from '../workload.js';

const load = async () => VALUE;
const plain = new Redis(benchRedisUrl(), { enableAutoPipelining: false });
const pipelined = new Redis(benchRedisUrl(), { enableAutoPipelining: true });
const peers = await Promise.all(
  PEERS.map(async ({ name, tiered }) => ({ name, cache: await tiered(benchRedisUrl()) })),
);

/** What a read-through cache comes to without anything around it. */
async function readThrough(client: Redis, key: string): Promise<string> {
  const found = await client.get(key);
  if (found !== null) return found;
  const value = await load();
  await client.set(key, value, 'PX', TTL_MS);
  return value;
}

const rows = await measure([
  { name: 'ioredis GET, then SET', run: (index) => readThrough(plain, `bench:${RUN}:m${index}`) },
  { name: 'ioredis GET, then SET, autopipelined', run: (index) => readThrough(pipelined, `bench:${RUN}:m${index}`) },
  ...peers.map(({ name, cache }) => ({ name, run: (index: number) => cache.getOrSet(`m${index}`, load) })),
]);
report(
  'getOrSet miss, 64 in flight',
  'Every key is new, the loader returns 1 KB at once. Both tiers, where the cache has both; tenantcache with a lease across processes.',
  rows,
  { tenantcache: 0.8 },
);
await Promise.all([...peers.map(({ cache }) => cache.close()), plain.quit(), pipelined.quit()]);
