import { type Duration, durationMs } from './duration.js';
import { fail } from './errors.js';

/** Names hold no colon, so `<resource>:<key>` splits at its first colon and the grammar stays injective. */
export const RESOURCE_PATTERN = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
export const MAX_KEY_BYTES = 4096;

/** Where an entry lives inside its tenant: `<resource>:<key>`. Only `entryId()` makes one. */
export type EntryId = string & { readonly __brand: 'EntryId' };

/** Defaults that travel with a resource name. `ttl` in a `Duration`, `maxEntryBytes` counts the stored bytes. */
export interface ResourceOptions {
  ttl?: Duration;
  l1?: boolean;
  maxEntryBytes?: number;
}

/** A resource name with the type of its values. */
export interface Resource<T> {
  readonly name: string;
  readonly ttlMs: number | undefined;
  readonly l1: boolean;
  readonly maxEntryBytes: number | undefined;
  /** Carries `T`; never set. */
  readonly __value?: T;
}

const defined = new WeakSet<object>();

/** Whether `defineResource` made it: an object that only looks like one has not been validated. */
export function isResource(value: unknown): value is Resource<unknown> {
  return typeof value === 'object' && value !== null && defined.has(value);
}

/** @throws TenantCacheError `RESOURCE_INVALID` or `OPTION_INVALID` */
export function defineResource<T = unknown>(name: string, options: ResourceOptions = {}): Resource<T> {
  assertResourceName(name);
  const { maxEntryBytes } = options;
  if (maxEntryBytes !== undefined && !(Number.isSafeInteger(maxEntryBytes) && maxEntryBytes > 0)) {
    throw fail('OPTION_INVALID', { given: `maxEntryBytes: ${maxEntryBytes}`, allowed: 'a whole number of bytes > 0' });
  }
  const resource = Object.freeze({
    name,
    ttlMs: options.ttl === undefined ? undefined : durationMs(options.ttl, 'ttl', 1),
    l1: options.l1 ?? true,
    maxEntryBytes,
  });
  defined.add(resource);
  return resource;
}

export function assertResourceName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || !RESOURCE_PATTERN.test(name)) {
    throw fail('RESOURCE_INVALID', {
      given: typeof name === 'string' ? `${name.length} characters` : typeof name,
      allowed: String(RESOURCE_PATTERN),
    });
  }
}

/**
 * @param resource a name that `assertResourceName` let pass
 * @throws TenantCacheError `KEY_INVALID` for an empty key, one over 4,096 bytes, or one that is not well-formed Unicode
 */
export function entryId(resource: string, key: unknown): EntryId {
  if (typeof key !== 'string' || key.length === 0 || key.length > MAX_KEY_BYTES || !wellFormed(key)) {
    throw fail('KEY_INVALID', {
      given: typeof key === 'string' ? `${key.length} characters` : typeof key,
      allowed: `1 to ${MAX_KEY_BYTES} bytes of well-formed Unicode`,
    });
  }
  return `${resource}:${key}` as EntryId;
}

const NON_ASCII = /[^\0-\x7f]/;

function wellFormed(key: string): boolean {
  if (!NON_ASCII.test(key)) return true;
  // Lone surrogates all encode to U+FFFD, so two different keys would meet in one entry.
  return key.isWellFormed() && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}
