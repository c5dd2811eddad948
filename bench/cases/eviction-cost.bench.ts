import { Redis } from 'ioredis';
import { quick } from '../facts.js';
import { open } from '../peers/tenantcache.js';
import { publish, type Row } from '../publish.js';
import { benchRedisUrl } from '../redis-url.js';
import { RUN } from '../workload.js';

const MIB = 1024 * 1024;
const EVICTED_BYTES = (quick() ? 5 : 50) * MIB;
const SIZES = quick() ? [1_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000];
const MOST_MS_PER_CALL = 5;
const IN_FLIGHT = 64;

const url = benchRedisUrl();
const redis = new Redis(url);
const server = await watched();
const roomy = open({
  redis: { url },
  l1: false,
  compression: false,
  redisTimeout: '5s',
  tenants: { default: { quotaBytes: 1024 * MIB } },
});
await roomy.ready();

/** Notes the time of every script in the server's own log, which is put back as it was found. */
async function watched() {
  const names = ['slowlog-log-slower-than', 'slowlog-max-len'] as const;
  const found = await Promise.all(names.map(async (name) => ((await redis.config('GET', name)) as string[])[1] ?? ''));
  await redis.config('SET', names[0], '0');
  await redis.config('SET', names[1], '100000');
  return {
    /** Milliseconds of each script that ran during the work. */
    async during(work: () => Promise<unknown>): Promise<number[]> {
      await redis.slowlog('RESET');
      await work();
      const entries = (await redis.slowlog('GET', 100_000)) as [number, number, number, string[]][];
      return entries.flatMap(([, , us, [command]]) => (/^evalsha$/i.test(command ?? '') ? [us / 1_000] : []));
    },
    restore: () => Promise.all(names.map((name, index) => redis.config('SET', name, found[index] as string))),
  };
}

async function inTurn(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Another process finds the tenant's quota lowered to a hundredth, and evicts in the background. */
async function evict(bytes: number): Promise<Row> {
  const name = `bench-${RUN}-evict-${bytes}`;
  const tenant = roomy.forTenant(name);
  await inTurn(Math.ceil(EVICTED_BYTES / bytes), (index) =>
    tenant.set('r', `k${index}`, 'x'.repeat(bytes), { ttl: '1h' }),
  );
  const quotaBytes = Math.ceil(EVICTED_BYTES / 100);
  const surplusBytes = (await tenant.usage()).usedBytes - quotaBytes;
  let [entries, evictedBytes] = [0, 0];
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const tight = open({
    redis: { url },
    l1: false,
    compression: false,
    redisTimeout: '5s',
    tenants: { default: { quotaBytes } },
    observers: [
      (event) => {
        if (event.type !== 'eviction') return;
        entries += event.entries;
        evictedBytes += event.bytes;
        if (evictedBytes >= surplusBytes) finish();
      },
    ],
  });
  await tight.ready();
  const startedMs = performance.now();
  const ms = await server.during(async () => {
    await tight.forTenant(name).get('r', 'no such key');
    await done;
  });
  const tookMs = performance.now() - startedMs;
  await tight.close();
  await tenant.clear();
  await tenant.usage();
  return row(`${entries.toLocaleString('en')} entries of ${bytes / 1_000} KB`, ms, evictedBytes, tookMs);
}

function row(name: string, ms: readonly number[], bytes: number, tookMs: number): Row {
  const sum = ms.reduce((total, each) => total + each, 0);
  const most = Math.max(...ms);
  const mebibytes = bytes / MIB;
  return {
    name,
    cells: [
      ms.length,
      Number((sum / ms.length).toFixed(3)),
      Number(most.toFixed(3)),
      bytes > 0 ? Number((sum / mebibytes).toFixed(3)) : '',
      Math.round(tookMs),
    ],
    target: `<= ${MOST_MS_PER_CALL} ms a call`,
    reached: most <= MOST_MS_PER_CALL,
  };
}

async function largest(name: string, rounds: number, call: (round: number) => Promise<unknown>): Promise<Row> {
  const startedMs = performance.now();
  const ms = await server.during(async () => {
    for (let round = 0; round < rounds; round++) await call(round);
  });
  return row(name, ms, 0, performance.now() - startedMs);
}

const evictions: Row[] = [];
for (const bytes of SIZES) evictions.push(await evict(bytes));
publish({
  title: `Evicting ${EVICTED_BYTES / MIB} MiB of a tenant whose quota was lowered`,
  note: 'Milliseconds of the server in a script (SLOWLOG), which counts what kept it waiting as well; the last column is wall time, with at most 2 s until the sweeper comes by.',
  columns: ['calls', 'ms a call', 'slowest call', 'ms per MiB', 'ms in all'],
  rows: evictions,
});

const tenants = Array.from({ length: 32 }, (_, index) => `bench-${RUN}-call-${index}`);
const full = open({
  redis: { url },
  l1: false,
  compression: false,
  redisTimeout: '5s',
  tenants: { default: { quotaBytes: 512 * 1024 } },
});
await full.ready();
const handles = tenants.map((name) => full.forTenant(name));
await inTurn(
  32 * 600,
  (index) => handles[index % 32]?.set('r', `k${index}`, 'x'.repeat(800), { ttl: '1h' }) as Promise<unknown>,
);
const rounds = quick() ? 5 : 50;
const large = 'x'.repeat(100_000);
const rows = [
  await largest('32 writes of 32 tenants at their limits, each makes room for 100 KB', rounds, (round) =>
    Promise.all(handles.map((handle) => handle.set('large', `k${round}`, large, { ttl: '1h' }))),
  ),
  await largest('512 tags invalidated, up to 4,096 on record and beyond', Math.min(rounds, 20), async (round) => {
    await handles[0]?.invalidateTags(Array.from({ length: 512 }, (_, n) => `t${round}-${n}`));
    await handles[0]?.usage();
  }),
];
publish({
  title: 'The largest calls',
  note: 'As above.',
  columns: ['calls', 'ms a call', 'slowest call', 'ms per MiB', 'ms in all'],
  rows,
});
for (const handle of handles) {
  await handle.clear();
  await handle.usage();
}
await server.restore();
await Promise.all([roomy.close(), full.close()]);
await redis.quit();
