import { UnreadableEntry } from '../core/unreadable.js';
import { MAX_DEPTH, TAG, TYPED_ARRAYS } from './restate-value.js';

const TYPED_BY_NAME = new Map(TYPED_ARRAYS.map((type) => [type.name, type]));
const NUMBERS = new Map([
  ['-0', -0],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * Turns the tags of a parsed document back into what they stand for, in place.
 * @throws UnreadableEntry for any tag that `Restatement` does not write, and for more levels than it allows
 */
export function restoreValue(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) throw new UnreadableEntry('codec');
  if (Array.isArray(value)) return restoreList(value, depth + 1);
  if (Object.hasOwn(value, TAG)) return restoreTagged((value as Record<string, unknown>)[TAG], depth + 1);
  const object = value as Record<string, unknown>;
  for (const name of Object.keys(object)) {
    const item = object[name];
    // JSON.parse made every name a field, `__proto__` too, so assigning to it sets no prototype.
    if (typeof item === 'object' && item !== null) object[name] = restoreValue(item, depth + 1);
  }
  return object;
}

/** Levels that a document of the cache has; more of them would exhaust the stack of who walks the value later. */
export function assertDepth(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new UnreadableEntry('codec');
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === 'object' && item !== null) assertDepth(item, depth + 1);
    }
    return;
  }
  for (const name in value) {
    const item = (value as Record<string, unknown>)[name];
    if (typeof item === 'object' && item !== null) assertDepth(item, depth + 1);
  }
}

function restoreList(list: unknown[], depth: number): unknown[] {
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (typeof item === 'object' && item !== null) list[index] = restoreValue(item, depth);
  }
  return list;
}

function restoreTagged(tag: unknown, depth: number): unknown {
  const [kind, data] = arrayOf(tag);
  switch (kind) {
    case 'date':
      if (data !== null && typeof data !== 'number') throw new UnreadableEntry('codec');
      return new Date(data ?? Number.NaN);
    case 'map':
      return new Map(pairsOf(data, depth));
    case 'set':
      return new Set(restoreList(arrayOf(data), depth));
    case 'object':
      return Object.fromEntries(pairsOf(data, depth));
    case 'bigint':
      return bigintOf(textOf(data));
    case 'bytes':
      return Buffer.from(textOf(data), 'base64');
    case 'number':
      return knownOf(NUMBERS, data);
    case 'undefined':
      return undefined;
    default:
      return typedArrayOf(kind, textOf(data));
  }
}

function pairsOf(data: unknown, depth: number): [PropertyKey, unknown][] {
  return arrayOf(data).map((pair) => {
    const [key, item] = restoreList(arrayOf(pair), depth);
    return [key as PropertyKey, item];
  });
}

/** Hexadecimal, because reading a million decimal digits takes seconds. */
function bigintOf(digits: string): bigint {
  if (!/^-?[0-9a-f]+$/.test(digits)) throw new UnreadableEntry('codec');
  return digits.startsWith('-') ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`);
}

function typedArrayOf(kind: unknown, base64: string): unknown {
  const type = knownOf(TYPED_BY_NAME, kind);
  // A copy of its own: a pooled buffer is not aligned.
  const { buffer } = new Uint8Array(Buffer.from(base64, 'base64'));
  if (buffer.byteLength % type.BYTES_PER_ELEMENT !== 0) throw new UnreadableEntry('codec');
  return new type(buffer);
}

function knownOf<T>(known: ReadonlyMap<string, T>, name: unknown): T {
  const found = known.get(name as string);
  if (found === undefined) throw new UnreadableEntry('codec');
  return found;
}

function arrayOf(data: unknown): unknown[] {
  if (!Array.isArray(data)) throw new UnreadableEntry('codec');
  return data;
}

function textOf(data: unknown): string {
  if (typeof data !== 'string') throw new UnreadableEntry('codec');
  return data;
}
