import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadTraces } from '../../server/example/src/traffic/traces.js';
import { type Configuration, Deployment, type Figures } from '../demo/deployment.js';
import { demoFleet } from '../demo/fleet.js';
import { quick } from '../facts.js';
import { publish } from '../publish.js';

const RATE = 200;
const TICK_MS = 25;
const FIRST_MS = quick() ? 15_000 : 60_000;
const RUN_MS = quick() ? 30_000 : 180_000;
/** How often each of the demo's twelve tenants is there: as in `npm start`, and many with little traffic each. */
const COPIES = quick() ? [10] : [1, 10];
const LEAST_HIT_RATE = 80;

const CONFIGURATIONS: readonly Configuration[] = [
  { name: 'each tenant for itself, 60 s for everything', shared: false, ttlByCategory: false, warmUps: false },
  { name: 'shared market data, TTL by category', shared: true, ttlByCategory: true, warmUps: false },
  { name: 'the same with warm-ups', shared: true, ttlByCategory: true, warmUps: true },
  {
    name: 'the same, clients come once the start is warm',
    shared: true,
    ttlByCategory: true,
    warmUps: true,
    isWaitedFor: true,
  },
];

const COLUMNS = [
  'requests',
  'reads',
  'hit rate, %',
  'first: misses',
  'first: of market data',
  'first: hit rate, %',
  'calls of the exchange',
  'reads of the database',
  'failed',
  'P95, ms',
];

const { recorded, traces } = await loadTraces(path.resolve(process.cwd(), '../../shared/traces'));

for (const copies of COPIES) {
  const fleet = demoFleet(copies, RATE);
  process.stderr.write(`… ${fleet.length} tenants, ${RUN_MS / 1_000} s\n`);
  const deployments = await Promise.all(
    CONFIGURATIONS.map((configuration, index) => Deployment.open(index, configuration, fleet, traces)),
  );
  const isWaitedFor = ({ configuration }: Deployment) => configuration.isWaitedFor === true;
  for (const deployment of deployments.filter(isWaitedFor)) await deployment.start();
  await Promise.all(deployments.filter((each) => !isWaitedFor(each)).map((each) => each.start()));
  await drive(deployments, FIRST_MS);
  const first = deployments.map((deployment) => deployment.figures());
  await drive(deployments, RUN_MS - FIRST_MS);
  const whole = deployments.map((deployment) => deployment.figures());
  for (const deployment of deployments) await deployment.close();
  publish({
    title: `A fresh deployment of the example: ${fleet.length} tenants, ${RATE} requests/s in all`,
    note: [
      `${recorded ? 'Recorded traces' : 'No recordings in ../shared/traces: seeded Zipf keys'}; ${RUN_MS / 1_000} s from the first`,
      `request on, all rows at once, each with a cache of its own in one Redis and an exchange of its own that answers within`,
      `20 to 60 ms, without limits. Hits and misses are those of the library's own counters: reads of the tenants' caches and,`,
      `where there is one, of the dataset; what a warm-up loads is no read. A report that is not cached reads its candles too.`,
      `First: of the first ${FIRST_MS / 1_000} s. Calls of the exchange are those of the traffic and of warm-ups meanwhile. A database read takes 3 ms. Without HTTP.`,
    ].join(' '),
    columns: COLUMNS,
    rows: CONFIGURATIONS.map(({ name, shared }, index) => {
      const [early, all] = [first[index] as Figures, whole[index] as Figures];
      const hitRate = percentHit(all);
      const cells = [
        all.requests,
        all.reads,
        hitRate.toFixed(2),
        early.misses,
        early.marketMisses,
        percentHit(early).toFixed(2),
        all.exchangeCalls,
        all.databaseReads,
        all.failed,
        p95(all),
      ];
      const judged = shared && { target: `hit rate > ${LEAST_HIT_RATE} %`, reached: hitRate > LEAST_HIT_RATE };
      return { name, cells, ...judged };
    }),
  });
}

/** All of them side by side, so that a slow moment of the machine meets each alike. */
async function drive(deployments: readonly Deployment[], ms: number): Promise<void> {
  const startMs = performance.now();
  let lastMs = startMs;
  while (lastMs - startMs < ms) {
    await delay(TICK_MS);
    const nowMs = performance.now();
    for (const deployment of deployments) deployment.tick(nowMs - lastMs);
    lastMs = nowMs;
  }
}

function percentHit({ reads, misses }: Figures): number {
  return (100 * (reads - misses)) / reads;
}

function p95({ latenciesMs }: Figures): string {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN).toFixed(1);
}
