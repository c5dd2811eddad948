import { Redis } from 'ioredis';
import type { TenantCache } from 'tenantcache';
import { type Contender, measure, report } from '../measure.js';
import { PEERS } from '../peers/all.js';
import { open, tenantcache } from '../peers/tenantcache.js';
import { benchRedisUrl } from '../redis-url.js';
import { names, RUN, TTL_MS, VALUE } from '../workload.js';

const KEYS = 5_000;
const key = names('k', KEYS);
const rawKey = names(`bench:${RUN}:`, KEYS);
const TARGETS = [
  { tenants: 1, inFlight: 64, roomy: 1.1, evicting: 1 },
  { tenants: 10, inFlight: 64, roomy: 0.95, evicting: 0.85 },
  { tenants: 100, inFlight: 64, roomy: 0.65, evicting: 0.6 },
  { tenants: 1, inFlight: 1, roomy: 0.7, evicting: 0.7 },
];

const url = benchRedisUrl();
const plain = new Redis(url, { enableAutoPipelining: false });
const pipelined = new Redis(url, { enableAutoPipelining: true });
const others = PEERS.filter((peer) => peer !== tenantcache);
const peers = await Promise.all(others.map(async ({ name, shared }) => ({ name, cache: await shared(url) })));
const opened = (quotaBytes: number) =>
  open({ redis: { url }, tenants: { default: { quotaBytes } }, l1: false, redisTimeout: '5s' });
const roomy = opened(512 * 1024 * 1024);
const tight = opened(256 * 1024);
await Promise.all([roomy.ready(), tight.ready()]);

for (const { tenants, inFlight, ...least } of TARGETS) {
  const handles = (cache: typeof roomy, mark: string) =>
    Array.from({ length: tenants }, (_, index) => cache.forTenant(`bench-${RUN}-${mark}${index}`));
  const roomyTenants = handles(roomy, 'r');
  const tightTenants = handles(tight, 't');
  const set = async (all: readonly TenantCache[], index: number, name: string) =>
    (await (all[index % tenants] as TenantCache).set('r', name, VALUE, { ttl: TTL_MS })).stored;
  const contenders: Contender[] = [
    { name: 'ioredis SET', run: (index) => plain.set(rawKey(index), VALUE, 'PX', TTL_MS) },
    { name: 'ioredis SET, autopipelined', run: (index) => pipelined.set(rawKey(index), VALUE, 'PX', TTL_MS) },
    { name: 'tenantcache, exact quota', run: (index) => set(roomyTenants, index, key(index)) },
    { name: 'tenantcache, exact quota, evicting', run: (index) => set(tightTenants, index, `k${index}`) },
  ];
  if (tenants === 1) {
    for (const { name, cache } of peers) {
      if (cache.set)
        contenders.push({
          name: `${name}, no quota`,
          run: (index) => cache.set?.(key(index), VALUE) as Promise<unknown>,
        });
    }
  }
  const rows = await measure(contenders, { inFlight });
  report(
    `set of 1 KB, ${inFlight} in flight, ${tenants} ${tenants === 1 ? 'tenant' : 'tenants'}`,
    'tenantcache counts every byte and evicts within the tenant; "evicting": every write is at the limit. No tier in memory.',
    rows,
    { 'tenantcache, exact quota': least.roomy, 'tenantcache, exact quota, evicting': least.evicting },
  );
  for (const tenant of [...roomyTenants, ...tightTenants]) {
    await tenant.clear();
    await tenant.usage();
  }
}
await plain.unlink(...Array.from({ length: KEYS }, (_, index) => rawKey(index)));
await Promise.all([...peers.map(({ cache }) => cache.close()), plain.quit(), pipelined.quit()]);
await Promise.all([roomy.close(), tight.close()]);
