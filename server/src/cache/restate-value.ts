import { types } from 'node:util';
import { type ErrorDetail, fail } from '../core/errors.js';

/** JSON has no word for these; a tagged document spells them `{ "$t": [kind, data] }`. */
export const TAG = '$t';
/** Those of Node 20: what one process writes every other one must be able to read. */
export const TYPED_ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];
/** Levels of a value; a cycle has more. */
export const MAX_DEPTH = 500;
/** What a value takes at the least in JSON, with its comma, and what a tag adds. */
const VALUE_BYTES = 2;
const TAG_BYTES = 16;

const { getPrototypeOf, hasOwn, prototype: plainPrototype } = Object;
const { prototype: arrayPrototype } = Array;

/**
 * Puts one value into words of JSON. What JSON can say by itself comes back as it is, not copied, so the most frequent
 * values cost one walk.
 */
export class Restatement {
  /** Something was tagged, and has to be restored. */
  tagged = false;
  /** What is restored will not equal the original: it has a class of its own, a `toJSON`, or holes. */
  differs = false;
  #bytes = 0;
  readonly #maxBytes: number;

  /** @param maxBytes a value that takes more in any case is refused before it is written out */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws TenantCacheError `VALUE_NOT_CACHEABLE`, `ENTRY_TOO_LARGE` */
  of(value: unknown, depth = 0): unknown {
    switch (typeof value) {
      case 'string':
        this.#count(value.length);
        return value;
      case 'number':
        return value - value === 0 && (value !== 0 || 1 / value > 0) ? value : this.#tag('number', numberName(value));
      case 'boolean':
        return value;
      case 'bigint':
        return this.#tag('bigint', value.toString(16));
      case 'undefined':
        return this.#tag('undefined');
      case 'object':
        return value === null ? null : this.#object(value, depth + 1);
      default:
        throw notCacheable(`a ${typeof value}`);
    }
  }

  #object(value: object, depth: number): unknown {
    if (depth > MAX_DEPTH) throw notCacheable(`a cycle, or more than ${MAX_DEPTH} levels`);
    if (Array.isArray(value)) return this.#list(value, depth);
    const prototype = getPrototypeOf(value);
    if (prototype === plainPrototype) return this.#fields(value as Record<string, unknown>, depth);
    return this.#other(value, prototype, depth);
  }

  #list(list: readonly unknown[], depth: number): readonly unknown[] {
    const { length } = list;
    this.#count(length * VALUE_BYTES);
    if (getPrototypeOf(list) !== arrayPrototype) this.differs = true;
    let copy: unknown[] | undefined;
    for (let index = 0; index < length; index++) {
      const item = list[index];
      if (item === undefined && !(index in list)) this.differs = true;
      const said = this.of(item, depth);
      if (said !== item) {
        copy ??= Array.from(list);
        copy[index] = said;
      }
    }
    return copy ?? list;
  }

  #fields(object: Record<string, unknown>, depth: number): unknown {
    let copy: Record<string, unknown> | undefined;
    let bytes = 0;
    for (const name in object) {
      if (!hasOwn(object, name)) continue;
      const item = object[name];
      if (name === 'toJSON' && typeof item === 'function') return this.#itself(object as never, depth);
      if (name === TAG) return this.#tag('object', this.#pairs(Object.entries(object), depth));
      bytes += name.length + VALUE_BYTES;
      const said = this.of(item, depth);
      if (said !== item) {
        // Spreading and then assigning keeps a field `__proto__` a field.
        copy ??= { ...object };
        copy[name] = said;
      }
    }
    this.#count(bytes);
    return copy ?? object;
  }

  #other(value: object, prototype: object | null, depth: number): unknown {
    if (types.isDate(value)) return this.#typed(prototype, Date, 'date', value.getTime());
    if (types.isMap(value)) return this.#typed(prototype, Map, 'map', this.#pairs([...value], depth));
    if (types.isSet(value)) return this.#typed(prototype, Set, 'set', this.#list([...value], depth));
    if (Buffer.isBuffer(value)) return this.#tag('bytes', this.#base64(value));
    if (types.isTypedArray(value)) return this.#numbers(value, prototype);
    this.differs = true;
    if (hasToJson(value)) return this.#itself(value, depth);
    if (types.isBoxedPrimitive(value)) return this.of(value.valueOf(), depth);
    // JSON makes `{}` of these without a word: a forgotten `await` would be stored as an empty object.
    const empty = prototype !== null && Object.keys(value).length === 0;
    if (empty || types.isPromise(value) || types.isNativeError(value)) {
      throw notCacheable(`an instance of ${className(prototype)}`);
    }
    return this.#fields({ ...value }, depth);
  }

  #itself(value: { toJSON(): unknown }, depth: number): unknown {
    this.differs = true;
    return this.of(value.toJSON(), depth);
  }

  #pairs(pairs: readonly (readonly [unknown, unknown])[], depth: number): unknown[] {
    return pairs.map(([key, item]) => [this.of(key, depth), this.of(item, depth)]);
  }

  #typed(prototype: object | null, type: { readonly prototype: object }, kind: string, data: unknown): unknown {
    if (prototype !== type.prototype) this.differs = true;
    return this.#tag(kind, data);
  }

  #numbers(value: ArrayBufferView, prototype: object | null): unknown {
    const type = TYPED_ARRAYS.find(({ prototype: own }) => own === prototype);
    if (type === undefined) throw notCacheable(`an instance of ${className(prototype)}`);
    return this.#tag(type.name, this.#base64(value));
  }

  #base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
    this.#count(Math.ceil(byteLength / 3) * 4);
    return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
  }

  #tag(kind: string, data?: unknown): unknown {
    this.tagged = true;
    this.#count(TAG_BYTES);
    return { [TAG]: data === undefined ? [kind] : [kind, data] };
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.#maxBytes);
  }
}

export function notCacheable(given: string, cause?: unknown) {
  const detail: ErrorDetail = {
    given,
    allowed: 'null, booleans, numbers, bigints, strings, arrays, plain objects, Date, Map, Set, Buffer, typed arrays',
  };
  return fail('VALUE_NOT_CACHEABLE', cause === undefined ? detail : { ...detail, cause });
}

export function tooLarge(maxBytes: number) {
  return fail('ENTRY_TOO_LARGE', {
    given: 'a value that takes more when encoded',
    allowed: `${maxBytes} bytes`,
    todo: 'store a smaller value, or raise maxDecodedBytes',
  });
}

function numberName(value: number): string {
  return value === 0 ? '-0' : String(value);
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

function className(prototype: object | null): string {
  const name: unknown = prototype?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class';
}
