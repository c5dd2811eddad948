import { fail } from '../core/errors.js';
import type { Resource } from '../core/resource.js';
import type { Factory } from './load-context.js';

export type ResourceArg<T> = string | Resource<T>;

/** Of a call whose values a batch loads. */
export const NOTHING: Factory<unknown> = () => undefined;

export function keepsInL1(resource: ResourceArg<unknown>): boolean {
  return typeof resource === 'string' || resource.l1;
}

/** @throws TenantCacheError `KEY_INVALID` */
export function keyList(keys: unknown): ReadonlySet<string> {
  if (!Array.isArray(keys)) throw fail('KEY_INVALID', { given: typeof keys, allowed: 'an array of keys' });
  return new Set(keys as string[]);
}

/** The last value of each key. @throws TenantCacheError `KEY_INVALID` */
export function entryMap<T>(entries: Iterable<readonly [string, T]>): Map<string, T> {
  if (typeof (entries as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function') {
    const pairs = [...entries];
    if (pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) return new Map(pairs);
  }
  throw fail('KEY_INVALID', { given: typeof entries, allowed: 'a Map, or [key, value] pairs' });
}

/** The values in the order of the keys that asked for them. */
export function inOrder<T>(values: Map<string, T>, keys: readonly string[]): Map<string, T> {
  const ordered = new Map<string, T>();
  for (const key of keys) if (values.has(key)) ordered.set(key, values.get(key) as T);
  return ordered;
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function factoryOf<T>(resource: ResourceArg<T>, key: string, factory: Factory<T> | undefined): Factory<T> {
  const loader = typeof resource === 'string' ? undefined : resource.loader;
  if (factory === undefined && loader !== undefined) return (context) => loader(key, context);
  if (typeof factory !== 'function') {
    throw notAFunction('factory', factory, 'a function, or a resource that is defined with load');
  }
  return factory;
}

export function notAFunction(name: string, given: unknown, allowed = 'a function') {
  return fail('OPTION_INVALID', { given: `${name}: ${typeof given}`, allowed });
}
