import { Redis } from 'ioredis';
import { measure, report } from '../measure.js';
import { PEERS } from '../peers/all.js';
import { benchRedisUrl } from '../redis-url.js';
import { names, RUN, VALUE } from '../workload.js';

const KEYS = 5_000;
const key = names('k', KEYS);
const rawKey = names(`bench:${RUN}:`, KEYS);
const load = async () => VALUE;

const plain = new Redis(benchRedisUrl(), { enableAutoPipelining: false });
const pipelined = new Redis(benchRedisUrl(), { enableAutoPipelining: true });
const peers = await Promise.all(
  PEERS.map(async ({ name, shared }) => ({ name, cache: await shared(benchRedisUrl()) })),
);
for (let first = 0; first < KEYS; first += 100) {
  const indexes = Array.from({ length: 100 }, (_, offset) => first + offset);
  await Promise.all([
    ...indexes.map((index) => pipelined.set(rawKey(index), VALUE, 'PX', 600_000)),
    ...peers.flatMap(({ cache }) => indexes.map((index) => cache.getOrSet(key(index), load))),
  ]);
}

const rows = await measure([
  { name: 'ioredis GET', run: (index) => plain.get(rawKey(index)) },
  { name: 'ioredis GET, autopipelined (limit)', run: (index) => pipelined.get(rawKey(index)) },
  ...peers.map(({ name, cache }) => ({
    name,
    run: (index: number) => (cache.get ? cache.get(key(index)) : cache.getOrSet(key(index), load)),
  })),
]);
report('L2 get of 1 KB, 64 in flight', 'No tier in memory: every read crosses the network once.', rows, {
  tenantcache: 1.15,
});
await plain.unlink(...Array.from({ length: KEYS }, (_, index) => rawKey(index)));
await Promise.all([...peers.map(({ cache }) => cache.close()), plain.quit(), pipelined.quit()]);
