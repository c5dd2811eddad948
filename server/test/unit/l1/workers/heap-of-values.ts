import { getHeapStatistics } from 'node:v8';
import { heapBytes } from '../../../../src/l1/heap-size.js';

/** Prints what V8 holds per value beside what the rule says, for values of one kind. Run with --expose-gc. */
const letters = 'abcdefghijklmnopqrstuvwxyz';
let state = 7;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const whole = (below: number) => Math.floor(random() * below);
const word = (length: number) => Array.from({ length }, () => letters[whole(26)]).join('');
const list = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));
const trade = (index: number) => ({ index, symbol: word(6), amount: whole(100), price: random() * 100 });

const KINDS: Record<string, () => unknown> = {
  'short strings': () => word(20),
  'long strings': () => word(2_000),
  'strings outside Latin-1': () => `Ж${word(200)}`,
  'small objects': () => ({ id: whole(1e9), name: word(16), active: true }),
  'rows of a table': () => ({ id: word(12), bid: random(), ask: random(), volume: random() * 1e6, side: word(4) }),
  'lists of small integers': () => list(200, () => whole(1_000)),
  'lists of doubles': () => list(200, random),
  candles: () => list(50, (index) => [1.7e12 + index * 60_000, random(), random(), random(), random(), random()]),
  'nested JSON': () => ({
    id: word(12),
    user: { name: word(10), mail: word(20), tags: [word(5), word(6)] },
    positions: list(10, trade),
    meta: { page: 1, total: 100 },
  }),
  'long lists of objects': () => ({ items: list(500, trade), next: null }),
};

const kind = process.argv[2] as string;
const make = KINDS[kind] as () => unknown;
const collect = globalThis.gc as () => void;
const usedBytes = () => {
  for (let round = 0; round < 4; round++) collect();
  return getHeapStatistics().used_heap_size;
};
const first = JSON.stringify(make());
const count = Math.ceil(6_000_000 / (first.length + 50));
const encoded = Array.from({ length: count }, () => Buffer.from(JSON.stringify(make())));
const held: unknown[] = new Array(count).fill(null);
for (const each of encoded.slice(0, 50)) JSON.parse(each.toString());
const beforeBytes = usedBytes();
for (const [index, each] of encoded.entries()) held[index] = JSON.parse(each.toString());
const heldBytes = usedBytes() - beforeBytes;
let ruledBytes = 0;
for (const value of held) ruledBytes += heapBytes(value);
// Named once more, so that the input is not collected before the second look.
process.stdout.write(JSON.stringify({ measured: heldBytes / encoded.length, ruled: ruledBytes / held.length }));
