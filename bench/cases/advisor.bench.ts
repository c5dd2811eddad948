import { ShardsSampler } from '../../server/src/advice/shards-sampler.js';
import { tenantId } from '../../server/src/core/tenant-id.js';
import { median, quick } from '../facts.js';
import { publish } from '../publish.js';

const OPERATIONS = 1_000_000;
const MOST_NS = 150;
const PAYLOAD = Buffer.alloc(200);
const FACTS = { sizeBytes: 416, ttlMs: 3_600_000, graceMs: 0, payload: PAYLOAD };

/** Zipf keys (exponent 0.9), drawn beforehand so that the loop measures nothing else. */
function keysOf(distinct: number, characters: number): { names: string[]; draws: Uint32Array } {
  // As a parser of requests makes them: in one piece.
  const names = Array.from({ length: distinct }, (_, index) =>
    Buffer.from(index.toString(36).padStart(characters, 'k')).toString('latin1'),
  );
  const cumulative = new Float64Array(distinct);
  let sum = 0;
  for (let rank = 0; rank < distinct; rank++) {
    sum += (rank + 1) ** -0.9;
    cumulative[rank] = sum;
  }
  let state = 1;
  const draws = Uint32Array.from({ length: OPERATIONS }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const point = (state / 2 ** 32) * sum;
    let low = 0;
    let high = distinct - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] as number) < point) low = middle + 1;
      else high = middle;
    }
    return low;
  });
  return { names, draws };
}

let sink = 0;

/** @param others keys that were seen before and are not asked for again: they lower the rate */
function subject(title: string, distinct: number, characters: number, most?: number, others = 0) {
  const { names, draws } = keysOf(distinct, characters);
  const sampler = new ShardsSampler({
    tenantId: tenantId('bench'),
    processEpoch: 'bench',
    nowMs: 0,
    seed: 1,
    mayGrow: () => true,
  });
  const known = new Map(names.map((name) => [name, 200]));
  // A request has looked its key up already, which brings the key's characters into the processor's cache.
  const run = (): void => {
    for (let at = 0; at < OPERATIONS; at++) {
      const name = names[draws[at] as number] as string;
      sampler.hit('quote', name, known.get(name) as number);
    }
  };
  const alone = (): void => {
    for (let at = 0; at < OPERATIONS; at++) sink += known.get(names[draws[at] as number] as string) as number;
  };
  for (let other = 0; other < others; other++) sampler.miss('quote', `other-${other}`);
  for (const name of names) {
    sampler.miss('quote', name);
    sampler.stored('quote', name, FACTS);
  }
  return { title, most, run, alone, rate: () => sampler.rate, times: [] as number[] };
}

const subjects = [
  subject('500 keys of 12 characters, all tracked', 500, 12, MOST_NS),
  subject('8,000 keys of 12 characters, all tracked', 8_000, 12),
  subject('100,000 keys of 12 characters', 100_000, 12, MOST_NS),
  subject('the same of a tenant with 1,000,000 keys', 100_000, 12, MOST_NS, 900_000),
  subject('100,000 keys of 36 characters', 100_000, 36, MOST_NS),
  subject('100,000 keys of 200 characters', 100_000, 200, MOST_NS),
];

/** Of the processor: on a busy machine the time on the clock is others' too. */
function nsEach(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / OPERATIONS;
}

for (let round = -1; round < (quick() ? 3 : 9); round++) {
  for (const { run, alone, times } of subjects) {
    const ns = nsEach(run) - nsEach(alone);
    if (round >= 0) times.push(ns);
  }
}
publish({
  title: 'What sampling costs a request',
  note: 'Median nanoseconds of the processor for one `hit` on Zipf keys (exponent 0.9), the loop and one look-up of the key in a Map taken off.',
  columns: ['ns', 'rate'],
  rows: subjects.map(({ title, most, rate, times }) => {
    const ns = median(times);
    return {
      name: title,
      cells: [Number(ns.toFixed(1)), Number(rate().toPrecision(3))],
      ...(most !== undefined && { target: `< ${most}`, reached: ns < most }),
    };
  }),
});
if (sink < 0) throw new Error('unreachable');
