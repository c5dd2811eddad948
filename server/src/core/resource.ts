import type { Duration } from './duration.js';
import { fail } from './errors.js';
import { LOAD_DEFAULTS, LOAD_OPTION_NAMES, type LoadOptions, loadSettings } from './load-options.js';
import { assertOptionNames } from './options.js';
import { type ReplicaWait, replicaWait } from './replica-wait.js';
import { tagList } from './tags.js';
import type { TenantId } from './tenant-id.js';

/** Names hold no colon, so `<resource>:<key>` splits at its first colon and the grammar stays injective. */
export const RESOURCE_PATTERN = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
export const MAX_KEY_BYTES = 4096;

/** Where an entry lives inside its tenant: `<resource>:<key>`. Only `entryId()` makes one. */
export type EntryId = string & { readonly __brand: 'EntryId' };

const PRIORITIES = [0, 1, 2, 3] as const;
export type Priority = (typeof PRIORITIES)[number];

/** How a value is loaded where a call of `getOrSet` brings no factory. */
export type ResourceLoader<T> = (
  key: string,
  context: { readonly tenantId: TenantId; readonly signal: AbortSignal },
) => T | Promise<T>;

/** Defaults that travel with a resource name. `maxEntryBytes` counts the payload, encoded and compressed. */
export interface ResourceOptions<T = unknown> extends LoadOptions {
  /** False keeps values out of this process's memory. Default true. */
  l1?: boolean;
  maxEntryBytes?: number;
  /** Of its entries where the tenant's policy is `hybrid`: 0 to 3, default 0. Each step weighs as much as twice the use. */
  priority?: Priority;
  tags?: readonly string[];
  /** An explicit write is answered once so many replicas have it, 1 to 16, or `waitTimeout` is over. Default: none. */
  waitForReplicas?: number;
  /** Default 50 ms, at most 1 minute. */
  waitTimeout?: Duration;
  /** Of the TTL policy. */
  category?: string;
  /** Makes the resource read-through: `getOrSet(resource, key)` needs no factory; `getOrSetMany` does. */
  load?: ResourceLoader<T>;
}

/** A resource name with the type of its values. */
export interface Resource<T> {
  readonly name: string;
  readonly load: LoadOptions;
  readonly l1: boolean;
  readonly maxEntryBytes: number | undefined;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly waitFor: ReplicaWait | undefined;
  readonly category: string | undefined;
  readonly loader: ResourceLoader<T> | undefined;
  /** Carries `T`; never set. */
  readonly __value?: T;
}

const NAMES = [
  ...LOAD_OPTION_NAMES,
  'l1',
  'maxEntryBytes',
  'priority',
  'tags',
  'category',
  'load',
  'waitForReplicas',
  'waitTimeout',
];
const NO_TAGS: readonly string[] = Object.freeze([]);
const defined = new WeakSet<object>();

/** Whether `defineResource` made it: an object that only looks like one has not been validated. */
export function isResource(value: unknown): value is Resource<unknown> {
  return typeof value === 'object' && value !== null && defined.has(value);
}

/** @throws TenantCacheError `RESOURCE_INVALID`, `TAG_INVALID` or `OPTION_INVALID` */
export function defineResource<T = unknown>(name: string, options: ResourceOptions<T> = {}): Resource<T> {
  assertResourceName(name);
  return define('defineResource()', name, options);
}

/** The same of what `sharedEntry` calls a resource, which no name that anybody gives can be. */
export function sharedResource<T>(name: `{${string}`, options: ResourceOptions<T>): Resource<T> {
  return define('a kind of a dataset', name, options);
}

function define<T>(where: string, name: string, options: ResourceOptions<T>): Resource<T> {
  assertOptionNames(where, options, NAMES);
  const { maxEntryBytes, priority = 0, tags, category, load: loader, l1 = true, ...others } = options;
  const { waitForReplicas, waitTimeout, ...load } = others;
  if (maxEntryBytes !== undefined && !(Number.isSafeInteger(maxEntryBytes) && maxEntryBytes > 0)) {
    throw fail('OPTION_INVALID', { given: `maxEntryBytes: ${maxEntryBytes}`, allowed: 'a whole number of bytes > 0' });
  }
  assertPriority(priority);
  if (loader !== undefined && typeof loader !== 'function') {
    throw fail('OPTION_INVALID', { given: `load: ${typeof loader}`, allowed: 'a function of a key' });
  }
  if (category !== undefined && typeof category !== 'string') {
    throw fail('OPTION_INVALID', { given: `category: ${typeof category}`, allowed: 'the name of a category' });
  }
  loadSettings(where, load, LOAD_DEFAULTS);
  const waitFor = replicaWait(waitForReplicas, waitTimeout);
  const resource = Object.freeze({
    name,
    load: Object.freeze({ ...load }),
    l1,
    maxEntryBytes,
    priority,
    tags: tags === undefined ? NO_TAGS : tagList(tags),
    waitFor,
    category,
    loader,
  });
  defined.add(resource);
  return resource;
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function assertPriority(priority: unknown): asserts priority is Priority {
  if (PRIORITIES.includes(priority as Priority)) return;
  throw fail('OPTION_INVALID', { given: `priority: ${String(priority)}`, allowed: PRIORITIES.join(', ') });
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

/** Its two names: a resource's has no colon. */
export function namesOf(id: EntryId): [resource: string, key: string] {
  const colon = id.indexOf(':');
  return [id.slice(0, colon), id.slice(colon + 1)];
}

const NON_ASCII = /[^\0-\x7f]/;

function wellFormed(key: string): boolean {
  if (!NON_ASCII.test(key)) return true;
  // Lone surrogates all encode to U+FFFD, so two different keys would meet in one entry.
  return key.isWellFormed() && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}
