import type { LocalEntry } from '../core/local-tier.js';
import type { EntryId } from '../core/resource.js';

/** V8 in Node 20 and later on 64 bits, without pointer compression: measured, see bench/cases/l1-heap.bench.ts. */
const WORD = 8;
const OBJECT_BYTES = 3 * WORD;
const ARRAY_BYTES = 6 * WORD;
const NUMBER_BYTES = 2 * WORD;
const STRING_BYTES = 2 * WORD;
const DATE_BYTES = 13 * WORD;
const BUFFER_BYTES = 200;
/** A slot of a hash table of V8 with its share of empty ones. */
const MAP_SLOT_BYTES = 5 * WORD;
/** Objects with more properties than this are mostly tables whose keys no other object shares. */
const SHARED_KEYS = 32;
const OWN_KEY_BYTES = 12 * WORD;
/** What is looked at of a long list, by depth, and in all; the rest counts as the average of what was seen. */
const SAMPLES = [16, 8, 4] as const;
const FEWEST_SAMPLES = 2;
const MAX_VISITS = 1_000;
const UNSEEN_BYTES = 4 * WORD;

/** What an entry takes besides its name and value: two tables, its own objects, the lists of lru-cache. */
const ENTRY_BYTES = 300;
const TAG_BYTES = 100;

/** Estimated heap bytes of an entry in L1, bookkeeping included. */
export function entryHeapBytes(id: EntryId, entry: LocalEntry): number {
  const tagBytes = entry.tags === undefined ? 0 : entry.tags.length * TAG_BYTES;
  return Math.ceil(ENTRY_BYTES + stringBytes(id) + tagBytes + heapBytes(entry.value));
}

/**
 * Heap bytes of a value as `JSON.parse` makes it, within about a quarter. `Buffer.byteLength` of its JSON says neither:
 * a list of doubles takes half of it, one of small integers twice, an object of short strings 2.2 times.
 */
export function heapBytes(value: unknown): number {
  return measure(value, { visits: 0 }, 0);
}

interface Walk {
  visits: number;
}

function measure(value: unknown, walk: Walk, depth: number): number {
  switch (typeof value) {
    case 'string':
      return stringBytes(value);
    case 'number':
      return isSmall(value) ? 0 : NUMBER_BYTES;
    case 'bigint':
      return OBJECT_BYTES + value.toString(16).length / 2;
    case 'object':
      if (value === null) return 0;
      return ++walk.visits > MAX_VISITS ? UNSEEN_BYTES : objectBytes(value, walk, depth);
    default:
      return 0;
  }
}

function objectBytes(value: object, walk: Walk, depth: number): number {
  if (Array.isArray(value)) return arrayBytes(value, walk, depth);
  if (value instanceof Map) {
    const slots = ARRAY_BYTES + value.size * MAP_SLOT_BYTES;
    return slots + sampled(value.keys(), value.size, walk, depth) + sampled(value.values(), value.size, walk, depth);
  }
  if (value instanceof Set) {
    return ARRAY_BYTES + value.size * MAP_SLOT_BYTES + sampled(value.values(), value.size, walk, depth);
  }
  if (ArrayBuffer.isView(value)) return BUFFER_BYTES + value.byteLength;
  if (value instanceof Date) return DATE_BYTES;
  const keys = Object.keys(value);
  const slots = OBJECT_BYTES + keys.length * (keys.length > SHARED_KEYS ? OWN_KEY_BYTES : WORD);
  return slots + sampled(Object.values(value).values(), keys.length, walk, depth);
}

function arrayBytes(list: readonly unknown[], walk: Walk, depth: number): number {
  // One double makes V8 hold the whole list as doubles, in place.
  const doubles = list.length > 0 && list.every((item) => typeof item === 'number');
  return ARRAY_BYTES + list.length * WORD + (doubles ? 0 : sampled(list.values(), list.length, walk, depth));
}

function sampled(items: Iterable<unknown>, count: number, walk: Walk, depth: number): number {
  const most = SAMPLES[depth] ?? FEWEST_SAMPLES;
  let bytes = 0;
  let seen = 0;
  for (const item of items) {
    if (seen === most) break;
    bytes += measure(item, walk, depth + 1);
    seen++;
  }
  return seen === 0 ? 0 : (bytes / seen) * count;
}

function stringBytes(text: string): number {
  const bytesPerUnit = TWO_BYTES.test(text) ? 2 : 1;
  return Math.ceil((STRING_BYTES + text.length * bytesPerUnit) / WORD) * WORD;
}

const TWO_BYTES = /[^\0-\xff]/;
const MAX_SMALL = 2 ** 31;

function isSmall(value: number): boolean {
  return Number.isInteger(value) && value >= -MAX_SMALL && value < MAX_SMALL;
}
