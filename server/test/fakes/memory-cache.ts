import { jest } from '@jest/globals';
import type { CacheOptions } from '../../src/core/cache-options.js';
import type { CacheEvent } from '../../src/core/events.js';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';

const open: TenantCacheServer[] = [];

/** A cache in the memory of this process, with handles of two tenants and everything it told. */
export function memoryCache(options: Partial<CacheOptions> = {}, quotaBytes = 1024 * 1024) {
  const events: CacheEvent[] = [];
  const cache = createTenantCache({
    tenants: { default: { quotaBytes } },
    observers: [(event) => events.push(event)],
    ...options,
  });
  open.push(cache);
  return { cache, events, a: cache.forTenant('a'), b: cache.forTenant('b') };
}

export async function closeCaches(): Promise<void> {
  jest.restoreAllMocks();
  await Promise.all(open.splice(0).map((cache) => cache.close()));
}

/** A promise that the test settles. */
export function gate<T = void>() {
  let release!: (value: T) => void;
  let fail!: (error: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => {
    release = resolve;
    fail = reject;
  });
  promise.catch(() => {});
  return { promise, release, fail };
}

/** From now on `Date.now()` moves only by `later`; timers stay real. */
export function ownCalendar(): (ms: number) => void {
  let nowMs = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
  return (ms) => {
    nowMs += ms;
  };
}

/** One turn of the event loop, for what needs no clock. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
