import { median, quick } from '../facts.js';
import { open } from '../peers/tenantcache.js';
import { paced, percentile } from '../percentiles.js';
import { publish, type Row } from '../publish.js';
import { benchRedisUrl } from '../redis-url.js';
import { RUN, VALUE } from '../workload.js';

const QUOTA_BYTES = 1024 * 1024;
const KEYS = 500;
const PER_SECOND = 200;
const RATE = 10;
const ROUNDS = quick() ? 2 : 9;
const ROUND_MS = quick() ? 1_000 : 3_000;
const MOST_TIMES = 1.5;

const redis = { url: benchRedisUrl() };
const options = { redis, l1: false, redisTimeout: '5s', tenants: { default: { quotaBytes: QUOTA_BYTES } } } as const;
/** Each in a cache of its own, as in two processes, and once more both in one. */
const apart = [open(options), open(options)] as const;
const together = open(options);
await Promise.all([...apart, together].map((cache) => cache.ready()));

async function measureNeighbour(name: string, quietCache: typeof together, loudCache: typeof together): Promise<Row> {
  const id = `bench-${RUN}-${name.replaceAll(' ', '-')}`;
  const quiet = quietCache.forTenant(`${id}-quiet`);
  const loud = loudCache.forTenant(`${id}-loud`);
  for (let n = 0; n < KEYS; n++) await quiet.set('r', `k${n}`, VALUE, { ttl: '1h' });
  const read = (index: number) => quiet.get('r', `k${index % KEYS}`);
  // Ten times its quota goes round and round.
  const distinct = Math.ceil((RATE * QUOTA_BYTES) / VALUE.length);
  const write = (index: number) => loud.set('r', `k${index % distinct}`, VALUE, { ttl: '1h' });
  await paced(PER_SECOND, ROUND_MS, read);
  const p99s: { alone: number; beside: number }[] = [];
  const before = quiet.metrics();
  for (let round = 0; round < ROUNDS; round++) {
    const alone = await paced(PER_SECOND, ROUND_MS, read);
    const [beside] = await Promise.all([paced(PER_SECOND, ROUND_MS, read), paced(PER_SECOND * RATE, ROUND_MS, write)]);
    p99s.push({ alone: percentile(alone, 0.99), beside: percentile(beside, 0.99) });
    process.stderr.write(`… round ${round + 1} of ${ROUNDS}\n`);
  }
  const times = median(p99s.map(({ alone, beside }) => beside / alone));
  const after = quiet.metrics();
  const lost = after.evictions - before.evictions + after.misses - before.misses;
  for (const tenant of [quiet, loud]) {
    await tenant.clear();
    await tenant.usage();
  }
  const shown = (ms: number) => Number(ms.toFixed(3));
  return {
    name,
    cells: [
      shown(median(p99s.map(({ alone }) => alone))),
      shown(median(p99s.map(({ beside }) => beside))),
      Number(times.toFixed(2)),
      lost,
    ],
    target: `<= ${MOST_TIMES} times, 0 lost`,
    reached: times <= MOST_TIMES && lost === 0,
  };
}

publish({
  title: 'Reads beside a tenant that writes ten times its quota at ten times the rate',
  note: `P99 of ${PER_SECOND} reads a second from Redis, in milliseconds; medians of rounds that alternate. Lost: evictions and misses of the reader.`,
  columns: ['P99 alone', 'P99 beside it', 'times', 'lost'],
  rows: [
    await measureNeighbour('a process each', apart[0], apart[1]),
    await measureNeighbour('one process', together, together),
  ],
});
await Promise.all([...apart, together].map((cache) => cache.close()));
