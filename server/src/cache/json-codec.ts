import type { Codec } from '../core/contracts.js';
import { fail } from '../core/errors.js';

const PLAIN = 0;
const TAGGED = 1;
/** JSON has no word for these; a tagged document spells them `{ "$t": [kind, data] }`. */
const TAG = '$t';
const MAX_DEPTH = 500;

/**
 * JSON with Date, Map, Set, BigInt, Buffer, undefined and non-finite numbers coming back as they went in. A first byte
 * tells plain documents, which pay one walk and no reviver, from tagged ones.
 */
export const jsonCodec: Codec = {
  /** @throws TenantCacheError `VALUE_NOT_CACHEABLE` for undefined, functions, symbols and cycles */
  encode(value) {
    if (value === undefined) throw notCacheable('undefined');
    const tagged = needsTags(value, 0);
    const text: string | undefined = JSON.stringify(tagged ? tag(value) : value);
    if (text === undefined) throw notCacheable('a value that is undefined in JSON');
    const payload = Buffer.allocUnsafe(1 + Buffer.byteLength(text));
    payload[0] = tagged ? TAGGED : PLAIN;
    payload.write(text, 1);
    return payload;
  },
  decode(payload) {
    const kind = payload[0];
    if (kind !== PLAIN && kind !== TAGGED) throw new Error(`unknown document kind ${kind}`);
    const text = payload.toString('utf8', 1);
    const document: unknown = JSON.parse(text);
    return kind === PLAIN ? document : untag(document);
  },
};

function notCacheable(what: string) {
  return fail('VALUE_NOT_CACHEABLE', {
    given: what,
    allowed: 'null, booleans, numbers, bigints, strings, arrays, plain objects, Date, Map, Set, Buffer, no cycles',
  });
}

function needsTags(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) throw notCacheable(`a cycle, or more than ${MAX_DEPTH} levels`);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return false;
    case 'number':
      return !Number.isFinite(value) || Object.is(value, -0);
    case 'bigint':
    case 'undefined':
      return true;
    case 'object':
      return value !== null && objectNeedsTags(value, depth + 1);
    default:
      throw notCacheable(typeof value);
  }
}

function objectNeedsTags(value: object, depth: number): boolean {
  let tagged = false;
  if (Array.isArray(value)) {
    for (const item of value) tagged = needsTags(item, depth) || tagged;
    return tagged;
  }
  if (value instanceof Map || value instanceof Set) {
    for (const item of value instanceof Map ? [...value].flat() : value) needsTags(item, depth);
    return true;
  }
  if (value instanceof Date || value instanceof Uint8Array) return true;
  if (emptiesInJson(value)) throw notCacheable(value.constructor.name);
  if (hasToJson(value)) return needsTags(value.toJSON(), depth);
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue;
    tagged = needsTags((value as Record<string, unknown>)[name], depth) || name === TAG || tagged;
  }
  return tagged;
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

/** JSON makes `{}` of these without a word: a forgotten `await` would be stored as an empty object. */
function emptiesInJson(value: object): boolean {
  return (
    value instanceof Promise ||
    value instanceof RegExp ||
    value instanceof Error ||
    value instanceof ArrayBuffer ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    ArrayBuffer.isView(value)
  );
}

function tag(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return { [TAG]: ['bigint', value.toString()] };
    case 'undefined':
      return { [TAG]: ['undefined'] };
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { [TAG]: ['number', numberName(value)] };
    case 'object':
      return value === null ? null : tagObject(value);
    default:
      return value;
  }
}

function numberName(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function tagObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(tag);
  if (value instanceof Date) return { [TAG]: ['date', value.getTime()] };
  if (value instanceof Map) return { [TAG]: ['map', [...value].map(([key, item]) => [tag(key), tag(item)])] };
  if (value instanceof Set) return { [TAG]: ['set', [...value].map(tag)] };
  if (value instanceof Uint8Array) return { [TAG]: ['bytes', Buffer.from(value).toString('base64')] };
  if (hasToJson(value)) return tag(value.toJSON());
  const entries = Object.entries(value).map(([name, item]) => [name, tag(item)]);
  const plain = Object.fromEntries(entries);
  return Object.hasOwn(value, TAG) ? { [TAG]: ['object', entries] } : plain;
}

function untag(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(untag);
  if (Object.hasOwn(value, TAG)) return untagged((value as { [TAG]: [string, unknown] })[TAG]);
  const object = value as Record<string, unknown>;
  for (const name of Object.keys(object)) {
    const item = untag(object[name]);
    // Assigning `__proto__` would set the prototype instead of a field.
    if (name !== '__proto__') object[name] = item;
  }
  return object;
}

function untagged([kind, data]: [string, unknown]): unknown {
  switch (kind) {
    case 'date':
      return new Date(data === null ? Number.NaN : (data as number));
    case 'map':
      return new Map(untag(data) as [unknown, unknown][]);
    case 'set':
      return new Set(untag(data) as unknown[]);
    case 'bigint':
      return BigInt(data as string);
    case 'bytes':
      return Buffer.from(data as string, 'base64');
    case 'number':
      return data === '-0' ? -0 : Number(data);
    case 'undefined':
      return undefined;
    case 'object':
      return Object.fromEntries((data as [string, unknown][]).map(([name, item]) => [name, untag(item)]));
    default:
      throw new Error(`unknown tag ${kind}`);
  }
}
