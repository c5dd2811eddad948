import { TenantCounters } from '../../server/src/core/counters.js';
import { LatencyHistogram } from '../../server/src/core/latency.js';
import { median, quick } from '../facts.js';
import { publish } from '../publish.js';

const OPERATIONS = 1_000_000;
const MOST_NS = 100;

const histogram = new LatencyHistogram('get', 'l1');
const counters = new TenantCounters();
// Latencies of all bounds, as often as they come on an L1 hit, an L2 hit and a load.
const LATENCIES_MS = [0.002, 0.001, 0.003, 0.002, 0.2, 0.4, 0.6, 1.2, 40, 120];
const latencyAt = (index: number) => LATENCIES_MS[index % LATENCIES_MS.length] as number;

let sink = 0;
function add(amount: number): void {
  sink += amount;
}
const subjects = [
  { name: 'the loop alone', run: (index: number) => add(latencyAt(index)) },
  { name: 'LatencyHistogram.observe', run: (index: number) => histogram.observe(latencyAt(index)), most: MOST_NS },
  {
    name: 'three counters of a tenant',
    run(index: number) {
      counters.requests++;
      counters.l1Hits++;
      counters.bytesServed += index;
    },
    most: MOST_NS,
  },
  { name: 'performance.now()', run: () => add(performance.now()) },
];

function nsEach(run: (index: number) => void): number {
  const startedMs = performance.now();
  for (let index = 0; index < OPERATIONS; index++) run(index);
  return ((performance.now() - startedMs) * 1e6) / OPERATIONS;
}

const times = subjects.map((): number[] => []);
for (let round = -2; round < (quick() ? 3 : 15); round++) {
  for (const [position, { run }] of subjects.entries()) {
    const ns = nsEach(run);
    if (round >= 0) times[position]?.push(ns);
  }
}
publish({
  title: 'What counting costs',
  note: 'Median nanoseconds of one call, the loop included.',
  columns: ['ns'],
  rows: subjects.map(({ name, most }, position) => {
    const ns = median(times[position] ?? []);
    return {
      name,
      cells: [Number(ns.toFixed(1))],
      ...(most !== undefined && { target: `< ${most}`, reached: ns < most }),
    };
  }),
});
// Keeps the engine from dropping a loop whose result nobody reads.
if (sink + counters.requests + histogram.sumSeconds < 0) throw new Error('unreachable');
