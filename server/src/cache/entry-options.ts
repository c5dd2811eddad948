import { type Duration, durationMs } from '../core/duration.js';
import { fail } from '../core/errors.js';
import { assertResourceName, isResource, type Resource } from '../core/resource.js';

/** How one entry is kept. `ttl` defaults to the resource's, then to the cache's. */
export interface EntryOptions {
  ttl?: Duration;
  /** False keeps the value out of this process's memory. Default: the resource's, then true. */
  l1?: boolean;
}

export interface ResolvedOptions {
  ttlMs: number;
  readonly l1: boolean;
  readonly maxEntryBytes: number | undefined;
}

const NAMES = new Set(['ttl', 'l1']);

/** @throws TenantCacheError `OPTION_INVALID` for an unknown name or a value off its range */
export function resolveOptions(
  resource: string | Resource<unknown>,
  options: EntryOptions | undefined,
  defaultTtlMs: number,
): ResolvedOptions {
  const defaults = typeof resource === 'string' ? undefined : resource;
  if (options !== undefined && (typeof options !== 'object' || options === null || Array.isArray(options))) {
    throw fail('OPTION_INVALID', { given: String(options), allowed: 'an object of options' });
  }
  for (const name in options) {
    if (!NAMES.has(name)) throw fail('OPTION_INVALID', { given: name, allowed: [...NAMES].join(', ') });
  }
  if (options?.l1 !== undefined && typeof options.l1 !== 'boolean') {
    throw fail('OPTION_INVALID', { given: `l1: ${String(options.l1)}`, allowed: 'true or false' });
  }
  return {
    ttlMs: options?.ttl === undefined ? (defaults?.ttlMs ?? defaultTtlMs) : durationMs(options.ttl, 'ttl', 1),
    l1: options?.l1 ?? defaults?.l1 ?? true,
    maxEntryBytes: defaults?.maxEntryBytes,
  };
}

export function resourceName(resource: string | Resource<unknown>): string {
  if (typeof resource === 'string') {
    assertResourceName(resource);
    return resource;
  }
  if (!isResource(resource)) {
    throw fail('RESOURCE_INVALID', { given: typeof resource, allowed: 'a name, or what defineResource() returned' });
  }
  return resource.name;
}
