import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RedisProcess } from '../fakes/redis-process.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

export interface SoakOrder {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly adminUrl: string;
  readonly tenants: number;
  /** As many, however long they take: a slow machine is to have seen as much when it is looked at. */
  readonly requests: number;
  readonly lookEvery: number;
  readonly usageInterval: '1s' | '30s';
}

export interface SoakReport {
  readonly requests: number;
  readonly looks: readonly { readonly passedMs: number; readonly heapBytes: number; readonly handles: number }[];
}

const LONG = process.env.USAGE_SOAK === 'long';
const ORDER = LONG
  ? { tenants: 10_000, requests: 4_000_000, lookEvery: 64_000, usageInterval: '30s' }
  : { tenants: 20, requests: 64_000, lookEvery: 2_048, usageInterval: '1s' };
/** Until every tenant has been asked for, every buffer has its size and the code is compiled. */
const WARM_UP_RATIO = 0.4;
/** Connections of the pool to Postgres come and go. */
const POOLED = 10;
/** In so few requests a slope says nothing: a process that is warming up grows by a megabyte or two. */
const SHORT_GROWTH_BYTES = 6 * 1024 * 1024;
const MIB = 1024 * 1024;

let redis: RedisProcess;
let test: TestDatabase;
let program: WorkerProgram;
let worker: WorkerProcess | undefined;

beforeAll(async () => {
  redis = await RedisProcess.reserve();
  await redis.start();
  test = await createTestDatabase();
  program = await workerProgram(new URL('./usage-soak-worker.ts', import.meta.url));
}, 300_000);
afterAll(async () => {
  await worker?.kill();
  program?.remove();
  await redis?.kill();
  await test?.drop();
});

it(
  `memory is flat over ${ORDER.requests.toLocaleString('en')} requests of ${ORDER.tenants.toLocaleString('en')} tenants`,
  async () => {
    worker = program.start({ redisUrl: redis.url, databaseUrl: test.appUrl, adminUrl: test.adminUrl, ...ORDER });
    const { requests, looks } = await worker.answer<SoakReport>();
    const warm = looks.slice(Math.floor(looks.length * WARM_UP_RATIO));
    const { slope, margin } = slopeOf(warm.map(({ passedMs, heapBytes }) => [passedMs / 60_000, heapBytes / MIB]));
    const handles = warm.map((look) => look.handles);
    console.info(
      `${requests} requests, heap ${format(warm[0]?.heapBytes)} to ${format(warm.at(-1)?.heapBytes)} MiB, slope ${slope.toFixed(3)} MiB a minute (95 %: ± ${margin.toFixed(3)}), handles ${Math.min(...handles)} to ${Math.max(...handles)}`,
    );
    expect(warm.length).toBeGreaterThan(8);
    expect(Math.max(...handles) - Math.min(...handles)).toBeLessThanOrEqual(POOLED);
    if (LONG) expect(slope - margin).toBeLessThanOrEqual(0);
    else expect((warm.at(-1)?.heapBytes ?? 0) - (warm[0]?.heapBytes ?? 0)).toBeLessThan(SHORT_GROWTH_BYTES);
  },
  LONG ? 3_600_000 : 600_000,
);

/** By least squares, with twice its standard error. */
function slopeOf(points: readonly (readonly [number, number])[]): { slope: number; margin: number } {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, margin: 2 * Math.sqrt(rest / Math.max(1, points.length - 2) / spread) };
}

function format(bytes: number | undefined): string {
  return ((bytes ?? 0) / MIB).toFixed(1);
}
