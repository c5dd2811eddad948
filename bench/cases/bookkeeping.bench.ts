import { Redis } from 'ioredis';
import { quick } from '../facts.js';
import { open } from '../peers/tenantcache.js';
import { publish, type Row } from '../publish.js';
import { benchRedisUrl } from '../redis-url.js';
import { RUN } from '../workload.js';

const COUNTS = quick() ? [1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000];
const MOST_BYTES = 220;
const FLAT = 1.2;
const IN_FLIGHT = 512;

const url = benchRedisUrl();
const redis = new Redis(url);
const cache = open({
  redis: { url },
  l1: false,
  redisTimeout: '5s',
  tenants: { default: { quotaBytes: 4 * 1024 ** 3 } },
});
await cache.ready();

/** Bytes of all that Redis holds of a tenant beside its entries. */
async function bookkeepingBytes(tenant: string): Promise<number> {
  let bytes = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `meta:{${tenant}}:*`, 'COUNT', 10_000);
    cursor = next;
    for (const key of keys) bytes += Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
  } while (cursor !== '0');
  return bytes;
}

/** Bytes of bookkeeping per entry of a tenant that holds `count` entries with such keys. */
async function perEntry(count: number, keyOf: (index: number) => string): Promise<number> {
  const name = `bench-${RUN}-${count}-${keyOf(0).length}`;
  const tenant = cache.forTenant(name);
  await tenant.usage();
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      if (index % 100_000 === 99_999) process.stderr.write(`… ${index + 1} of ${count} entries\n`);
      await tenant.set('quote', keyOf(index), index, { ttl: '1h' });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const bytes = (await bookkeepingBytes(name)) / count;
  await tenant.clear();
  await tenant.usage();
  return bytes;
}

const rows: Row[] = [];
let firstBytes: number | undefined;
for (const count of COUNTS) {
  // 12 characters with the resource, then 36: Redis keeps the name twice, in two sorted sets.
  const short = await perEntry(count, (index) => index.toString(36).padStart(6, '0'));
  const long = await perEntry(count, (index) => `${index.toString(36).padStart(6, '0')}-${'x'.repeat(23)}`);
  firstBytes ??= short;
  const most = Math.min(MOST_BYTES, firstBytes * FLAT);
  rows.push({
    name: `${count.toLocaleString('en')} entries`,
    cells: [Math.round(short), Math.round(long)],
    target: `<= ${Math.round(most)} with short names`,
    reached: short <= most,
  });
}
publish({
  title: 'Bookkeeping in Redis per entry',
  note: 'MEMORY USAGE of all keys of one tenant that are not entries, divided by the entries. A name is `<resource>:<key>`.',
  columns: ['bytes, names of 12 characters', 'of 36'],
  rows,
});
await cache.close();
await redis.quit();
