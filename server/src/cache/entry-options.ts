import { durationMs } from '../core/duration.js';
import { fail } from '../core/errors.js';
import { LOAD_OPTION_NAMES, type LoadOptions, type LoadSettings, loadSettings } from '../core/load-options.js';
import type { ReplicaWait } from '../core/replica-wait.js';
import { assertPriority, assertResourceName, isResource, type Priority, type Resource } from '../core/resource.js';
import { tagList } from '../core/tags.js';

/** How one entry is loaded and kept. What is not given is the resource's, then the cache's. */
export interface EntryOptions extends LoadOptions {
  /** False keeps the value out of this process's memory. Default: the resource's, then true. */
  l1?: boolean;
  /** Added to the resource's; `invalidateTags` drops the entry by any of them. At most 32. */
  tags?: readonly string[];
  /** Where the tenant's policy is `hybrid`: 0 to 3, each step weighing as much as twice the use. Default: the resource's, then 0. */
  priority?: Priority;
  /** Of the TTL policy. */
  category?: string;
  /** Ends this caller's wait for a load, which is aborted once nobody waits for it; `writeThrough` hands it to `persist`. */
  signal?: AbortSignal;
}

/** Options with every default filled in; the factory may still change `settings`, `ttlMs` and `tags`. */
export interface EntryPlan {
  settings: LoadSettings;
  ttlMs: number;
  /** Whether the call or the factory said how long, so that no policy overrules it. */
  explicitTtl: boolean;
  tags: readonly string[];
  readonly category: string | undefined;
  readonly l1: boolean;
  readonly maxEntryBytes: number | undefined;
  readonly priority: Priority;
  readonly waitFor: ReplicaWait | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Each with whether it is a load's, `ttl` aside. */
const NAMES: ReadonlyMap<string, boolean> = new Map([
  ...LOAD_OPTION_NAMES.map((name) => [name, name !== 'ttl'] as const),
  ...['l1', 'tags', 'priority', 'category', 'signal'].map((name) => [name, false] as const),
]);
const NO_TAGS: readonly string[] = Object.freeze([]);

/** @throws TenantCacheError `OPTION_INVALID` for an unknown name or a value off its range, `TAG_INVALID` */
export function planEntry(
  resource: string | Resource<unknown>,
  options: EntryOptions | undefined,
  defaults: LoadSettings,
): EntryPlan {
  const from = typeof resource === 'string' ? undefined : resource;
  const inherited = from === undefined ? defaults : settingsOf(from, defaults);
  if (options === undefined) return plan(inherited, from, undefined, false);
  // Most calls say how long, and nothing else of a load.
  const settings = assertKnown(options) ? loadSettings('options', options, inherited) : inherited;
  const planned = plan(settings, from, options, options.ttl !== undefined);
  if (options.ttl !== undefined) planned.ttlMs = durationMs(options.ttl, 'ttl', 1);
  return planned;
}

function plan(
  settings: LoadSettings,
  from: Resource<unknown> | undefined,
  options: EntryOptions | undefined,
  explicitTtl: boolean,
): EntryPlan {
  const own = options?.tags === undefined ? NO_TAGS : tagList(options.tags);
  const inherited = from?.tags ?? NO_TAGS;
  return {
    settings,
    ttlMs: settings.ttlMs,
    explicitTtl,
    tags: own.length === 0 ? inherited : inherited.length === 0 ? own : tagList([...inherited, ...own]),
    category: options?.category ?? from?.category,
    l1: options?.l1 ?? from?.l1 ?? true,
    maxEntryBytes: from?.maxEntryBytes,
    priority: options?.priority ?? from?.priority ?? 0,
    waitFor: from?.waitFor,
    signal: options?.signal,
  };
}

const resolved = new WeakMap<Resource<unknown>, { defaults: LoadSettings; settings: LoadSettings }>();

/** A resource never changes, so its durations are read once for each cache that uses it. */
function settingsOf(resource: Resource<unknown>, defaults: LoadSettings): LoadSettings {
  const known = resolved.get(resource);
  if (known?.defaults === defaults) return known.settings;
  const settings = loadSettings(`resource ${resource.name}`, resource.load, defaults);
  resolved.set(resource, { defaults, settings });
  return settings;
}

/** Whether there is more of a load's options than `ttl`. */
function assertKnown(options: EntryOptions): boolean {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw fail('OPTION_INVALID', {
      given: Array.isArray(options) ? 'an array' : typeof options,
      allowed: 'an object of options',
    });
  }
  let more = false;
  for (const name in options) {
    const ofLoad = NAMES.get(name);
    if (ofLoad === undefined)
      throw fail('OPTION_INVALID', { given: `the unknown option ${name}`, allowed: [...NAMES.keys()].join(', ') });
    more ||= ofLoad;
  }
  const { l1, priority, category, signal } = options;
  if (priority !== undefined) assertPriority(priority);
  if (l1 !== undefined && typeof l1 !== 'boolean') {
    throw fail('OPTION_INVALID', { given: `l1: ${String(l1)}`, allowed: 'true or false' });
  }
  if (category !== undefined && typeof category !== 'string') {
    throw fail('OPTION_INVALID', { given: `category: ${typeof category}`, allowed: 'the name of a category' });
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw fail('OPTION_INVALID', { given: `signal: ${typeof signal}`, allowed: 'an AbortSignal' });
  }
  return more;
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
