import { types } from 'node:util';
import { fail } from '../core/errors.js';

/**
 * An error of the caller's own: all who wait for one load, and all who ask in the time that its error is repeated for, are
 * rejected with one object, and tenants must not see what another one's code wrote to it. The copy has the class and the
 * fields, errors in them copied alike; a field that can neither be cloned nor copied, such as a socket, is left out.
 */
export function ownError(error: unknown): unknown {
  const copy = copyOf(error, new Map());
  return copy === undefined ? fail('INTERNAL', { given: 'an error that cannot be copied' }) : copy;
}

function copyOf(value: unknown, made: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  if (value instanceof DOMException) return new DOMException(value.message, value.name);
  if (types.isNativeError(value)) {
    return filled(value, Object.setPrototypeOf(new Error(), Object.getPrototypeOf(value)), made);
  }
  if (Array.isArray(value)) return filled(value, [], made);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return filled(value, Object.create(prototype), made);
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

/** Assigning would take a field `__proto__` for something else. */
function filled(from: object, to: object, made: Map<object, object>): object {
  made.set(from, to);
  for (const [name, field] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
    if (name === 'length' && Array.isArray(from)) continue;
    // The stack is an accessor in newer versions of V8; another one's function might answer for the original.
    if (field.get && name !== 'stack') continue;
    const value = field.get ? Reflect.get(from, name) : copyOf(field.value, made);
    Object.defineProperty(to, name, {
      value,
      enumerable: field.enumerable === true,
      writable: true,
      configurable: true,
    });
  }
  return to;
}
