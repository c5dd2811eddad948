import { Redis } from 'ioredis';
import { quick } from '../facts.js';
import { open } from '../peers/tenantcache.js';
import { paced, percentile } from '../percentiles.js';
import { publish } from '../publish.js';
import { benchRedisUrl } from '../redis-url.js';
import { names, RUN, TTL_MS, VALUE } from '../workload.js';

const TENANTS = 10;
const PER_SECOND = 1_000;
const ROUNDS = quick() ? 2 : 5;
const ROUND_MS = quick() ? 500 : 2_000;
const MOST_MS = 1;

const url = benchRedisUrl();
const redis = new Redis(url, { enableAutoPipelining: false });
const cache = open({ redis: { url }, l1: false, redisTimeout: '5s' });
await cache.ready();
const tenants = Array.from({ length: TENANTS }, (_, index) => cache.forTenant(`bench-${RUN}-${index}`));
const key = names('k', 5_000);
const rawKey = names(`bench:${RUN}:`, 5_000);

const contenders = [
  { name: 'ioredis SET', call: (index: number) => redis.set(rawKey(index), VALUE, 'PX', TTL_MS) },
  {
    name: 'tenantcache set, exact quota',
    call: async (index: number) => tenants[index % TENANTS]?.set('r', key(index), VALUE, { ttl: TTL_MS }),
  },
];
const times = contenders.map((): number[] => []);
for (let round = -1; round < ROUNDS; round++) {
  for (const [position, { call }] of contenders.entries()) {
    const ms = await paced(PER_SECOND, ROUND_MS, call);
    if (round >= 0) times[position]?.push(...ms);
  }
}
const [raw = [], ours = []] = times;
const added = percentile(ours, 0.99) - percentile(raw, 0.99);
const shown = (ms: number) => Number(ms.toFixed(3));
publish({
  title: `A set under quota, ${PER_SECOND.toLocaleString('en')} a second, ${TENANTS} tenants`,
  note: 'Milliseconds from call to answer. What the quota adds is the check, the count and the tenant, in the 99th percentile.',
  columns: ['median', 'P99', 'P99.9'],
  rows: [
    ...contenders.map(({ name }, position) => ({
      name,
      cells: [0.5, 0.99, 0.999].map((share) => shown(percentile(times[position] ?? [], share))),
    })),
    {
      name: 'added by the quota',
      cells: ['', shown(added), ''],
      target: `< ${MOST_MS} ms`,
      reached: added < MOST_MS,
    },
  ],
});
for (const tenant of tenants) {
  await tenant.clear();
  await tenant.usage();
}
await redis.unlink(...Array.from({ length: 5_000 }, (_, index) => rawKey(index)));
await cache.close();
await redis.quit();
