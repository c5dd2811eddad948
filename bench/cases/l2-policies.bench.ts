import { Redis } from 'ioredis';
import type { EvictionPolicy } from 'tenantcache';
import { exactLru } from '../eviction-models.js';
import { quick } from '../facts.js';
import { lrfu } from '../lrfu-model.js';
import { type Contender, measure, report } from '../measure.js';
import { open } from '../peers/tenantcache.js';
import { publish } from '../publish.js';
import { benchRedisUrl } from '../redis-url.js';
import { loadTraces } from '../traces.js';
import { RUN, TTL_MS, VALUE } from '../workload.js';

/** Accesses per entry in a half-life; hybrid takes 1, lfu 4. */
const HALF_LIVES = [0, 0.25, 0.5, 1, 2, 4, 8, 64];
const POLICIES: readonly EvictionPolicy[] = ['lru', 'ttl', 'lfu', 'hybrid'];
const KEPT = 5_000;
const ENTRY_BYTES = 1_280;
const MIB = 1024 * 1024;

const { recorded, traces } = loadTraces();
const ratios = [];
for (const { name, requests, capacities } of traces) {
  for (const capacity of quick() ? capacities.slice(1, 2) : capacities) {
    process.stderr.write(`… ${name}, ${capacity}\n`);
    const models = [exactLru, ...HALF_LIVES.map(lrfu)];
    ratios.push({
      name: `${name}, ${capacity >= MIB ? `${capacity / MIB} MiB` : `${capacity} entries`}`,
      cells: models.map((model) => model(requests, capacity).toFixed(2)),
    });
  }
}
publish({
  title: 'Hit ratio of decayed use by half-life, %',
  note: `${recorded ? 'Recorded traces' : 'No recordings in ../shared/traces: seeded Zipf keys'}; exact simulations that evict down to 90 %, beside LRU in full.`,
  columns: ['LRU in full', 'lru', ...HALF_LIVES.slice(1).map((uses) => `K = ${uses}`)],
  rows: ratios,
});

const url = benchRedisUrl();
const redis = new Redis(url);
const cache = open({
  redis: { url },
  l1: false,
  redisTimeout: '5s',
  tenants: {
    static: Object.fromEntries(POLICIES.map((policy) => [id(policy), { quotaBytes: KEPT * ENTRY_BYTES, policy }])),
  },
});
await cache.ready();
const tenants = POLICIES.map((policy) => ({ policy, tenant: cache.forTenant(id(policy)) }));
const contenders: Contender[] = tenants.map(({ policy, tenant }) => ({
  name: policy,
  run: async (index) => (await tenant.set('r', `k${index}`, VALUE, { ttl: TTL_MS })).stored,
}));
report(
  'set of 1 KB by policy, 64 in flight, at the limit',
  'The same tenant size under each policy; ratio to lru. No tier in memory.',
  await measure(contenders),
  {},
);
const mixed: Contender[] = tenants.map(({ policy, tenant }) => ({
  name: policy,
  run: async (index) => {
    // Seven of eight ask for what is there.
    const key = `k${index % 8 === 0 ? index : index % 997}`;
    return (await tenant.get('r', key)) ?? (await tenant.set('r', key, VALUE, { ttl: TTL_MS })).stored;
  },
}));
report(
  'get, and set where nothing is there, by policy, 64 in flight, at the limit',
  'Reads mark what they find; near the limit the marks go ahead of each write. Ratio to lru.',
  await measure(mixed),
  {},
);

const rows = [];
for (const { policy, tenant } of tenants) {
  const { entries } = await tenant.usage();
  let bytes = 0;
  for (const kind of ['state', 'lru', 'exp', 'freq']) {
    bytes += Number(await redis.call('MEMORY', 'USAGE', `meta:{${id(policy)}}:${kind}`, 'SAMPLES', '0'));
  }
  rows.push({ name: policy, cells: [entries, Math.round(bytes / entries)] });
  await tenant.clear();
  await tenant.usage();
}
publish({
  title: 'Bookkeeping in Redis per entry, by policy',
  note: 'MEMORY USAGE of all keys of one tenant that are not entries, divided by the entries.',
  columns: ['entries', 'bytes'],
  rows,
});
await cache.close();
await redis.quit();

function id(policy: EvictionPolicy): string {
  return `bench-${RUN}-${policy}`;
}
