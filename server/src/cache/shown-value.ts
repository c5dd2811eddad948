import type { ShownValue } from '../core/entries.js';

const TYPE = '$type';

/** A decoded value as JSON for people to look at: what JSON has no form for is an object with `$type`. */
export function shownValue(value: unknown, maxBytes: number): ShownValue {
  try {
    const text = JSON.stringify(value, readable);
    // A function, or what only looks like a value.
    if (text === undefined) return { shown: false, why: 'not-json' };
    const bytes = Buffer.byteLength(text);
    return bytes > maxBytes ? { shown: false, why: 'too-large' } : { shown: true, json: JSON.parse(text), bytes };
  } catch {
    // Of a foreign codec: a circle, or a getter that throws.
    return { shown: false, why: 'not-json' };
  }
}

/** `toJSON` has run by then, so the value is taken from where it stands. */
function readable(this: unknown, name: string, given: unknown): unknown {
  const value = (this as Record<string, unknown>)[name];
  if (typeof value === 'bigint') return { [TYPE]: 'bigint', value: String(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return { [TYPE]: 'number', value: String(value) };
  if (value instanceof Uint8Array) return { [TYPE]: 'bytes', base64: Buffer.from(value).toString('base64') };
  if (value instanceof Map) return { [TYPE]: 'map', entries: [...value] };
  if (value instanceof Set) return { [TYPE]: 'set', items: [...value] };
  if (ArrayBuffer.isView(value)) return { [TYPE]: value.constructor.name, items: [...(value as Float64Array)] };
  return given;
}
