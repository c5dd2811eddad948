import { fail } from '../core/errors.js';
import type { LocalEntry } from '../core/local-tier.js';
import { type EntryId, entryId, type Resource } from '../core/resource.js';
import type { CacheEngine } from './cache-engine.js';
import { resourceName } from './entry-options.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** One timed L1 hit stands for this many: two clock reads cost a third of such a hit. */
const L1_SAMPLE = 16;

/** What every call on a handle begins with: its names checked, and a look into L1. */
export class EntryLookup {
  readonly #engine: CacheEngine;
  readonly #runtime: TenantRuntime;

  constructor(engine: CacheEngine, runtime: TenantRuntime) {
    this.#engine = engine;
    this.#runtime = runtime;
  }

  /** @throws TenantCacheError `CACHE_CLOSED`, `TENANT_SUSPENDED` */
  assertUsable(): void {
    this.#engine.assertOpen();
    if (this.#runtime.suspended) throw fail('TENANT_SUSPENDED');
    this.#runtime.used = true;
  }

  /** @throws TenantCacheError `RESOURCE_INVALID`, `KEY_INVALID`, and as `assertUsable` */
  id(resource: string | Resource<unknown>, key: string): EntryId {
    this.assertUsable();
    return entryId(resourceName(resource), key);
  }

  /** Counts a hit where L1 has a fresh value. Names off the grammar are not there, so none is checked. */
  fresh(resource: string | Resource<unknown>, key: string): LocalEntry | undefined {
    this.assertUsable();
    const { counters, local } = this.#runtime;
    if (local === undefined || (typeof resource !== 'string' && resource?.l1 === false)) return undefined;
    const sampled = (counters.l1Hits & (L1_SAMPLE - 1)) === 0;
    const startedMs = sampled ? performance.now() : 0;
    const nowMs = Date.now();
    const name = typeof resource === 'string' ? resource : resource?.name;
    const hit = local.get(name, key, nowMs);
    if (hit === undefined || hit.freshUntilMs <= nowMs) return undefined;
    this.#runtime.hitL1(name, hit.bytes);
    this.#runtime.sampler?.hit(name, key, hit.bytes);
    if (sampled) {
      const ms = performance.now() - startedMs;
      this.#engine.latency.getL1.observe(ms, L1_SAMPLE);
      counters.responseTimeMs += ms * L1_SAMPLE;
    }
    return hit;
  }

  /** A request that is not to be answered from L1. */
  skipL1(): undefined {
    this.assertUsable();
    return undefined;
  }

  /** What L1 still has of an entry that is not fresh, for the grace of a process that lost the shared store. */
  stale(id: EntryId): LocalEntry | undefined {
    return this.#engine.local.get(this.#runtime.tenant, id);
  }
}
