import { types } from 'node:util';
import { ownError } from './own-error.js';

/** Frozen to the last leaf: a look at the outermost object is enough, and only those are kept here. */
const frozen = new WeakSet<object>();

/**
 * A value that whoever holds it cannot change for the others: all readers of a dataset in a process share what its memory
 * has. Arrays and plain objects are frozen, once; what cannot be, such as dates, maps, bytes and errors, is copied each time.
 */
export function readOnly<T>(value: T): T {
  if (typeof value !== 'object' || value === null || frozen.has(value)) return value;
  const result = sealed(value) as T & object;
  if (result === value) frozen.add(result);
  return result;
}

function sealed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return parts(value, value, (copies) => copies);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    const names = Object.keys(value);
    return parts(value, Object.values(value), (copies) => rebuilt(prototype, names, copies));
  }
  return copyOf(value);
}

/** The same object, frozen, where all its parts are; else another one of copies. */
function parts(whole: object, items: readonly unknown[], build: (copies: unknown[]) => object): object {
  const copies = items.map(sealed);
  if (copies.some((copy, index) => copy !== items[index])) return Object.freeze(build(copies));
  return Object.freeze(whole);
}

/** Assigning would take a field `__proto__` for something else. */
function rebuilt(prototype: object | null, names: readonly string[], copies: readonly unknown[]): object {
  const object = Object.create(prototype);
  for (const [index, name] of names.entries()) {
    Object.defineProperty(object, name, { value: copies[index], enumerable: true });
  }
  return object;
}

function copyOf(value: object): unknown {
  if (types.isDate(value)) return new Date(value.getTime());
  if (types.isMap(value)) return new Map([...value].map(([key, item]) => [sealed(key), sealed(item)]));
  if (types.isSet(value)) return new Set([...value].map(sealed));
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (types.isTypedArray(value)) return value.slice();
  if (types.isArrayBuffer(value)) return value.slice(0);
  if (types.isDataView(value)) return new DataView(value.buffer.slice(0), value.byteOffset, value.byteLength);
  if (types.isRegExp(value)) return structuredClone(value);
  if (types.isNativeError(value)) return ownError(value);
  // Of a class that only the loader, or a codec of the application's own, knows how to make.
  return value;
}
