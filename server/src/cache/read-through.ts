import { type Duration, durationMs } from '../core/duration.js';
import { fail } from '../core/errors.js';
import type { EntryId, Resource } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import type { CacheEngine } from './cache-engine.js';
import { type EntryOptions, type ResolvedOptions, resolveOptions } from './entry-options.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** What a factory is told about the load it performs. */
export interface LoadContext {
  readonly tenantId: TenantId;
  /** Keeps this value for another time than the options say. */
  setTtl(ttl: Duration): void;
}

export type Factory<T> = (context: LoadContext) => T | Promise<T>;

export interface ReadThrough {
  engine: CacheEngine;
  runtime: TenantRuntime;
  resource: string | Resource<unknown>;
  id: EntryId;
  factory: Factory<unknown>;
  options: EntryOptions | undefined;
  /** Told where the quota kept the value out. */
  onRefused: () => void;
}

/** L2, then the factory, then back through both tiers; one at a time per key in this process. */
export function readThrough(call: ReadThrough): Promise<unknown> {
  const { engine, runtime, id } = call;
  const options = resolveOptions(call.resource, call.options, engine.defaultTtlMs);
  const { counters, loads } = runtime;
  const underway = loads.get(id);
  if (underway) {
    counters.misses++;
    return underway.promise;
  }
  return loads.start(id, async (flight) => {
    await engine.limitsOf(runtime);
    const mark = engine.local.begin(runtime.tenant, id);
    const startedMs = performance.now();
    const stored = await engine.shared.read(runtime.tenant, id);
    engine.latency.getL2.observe(performance.now() - startedMs);
    const hit = engine.accept(runtime, mark, stored, options.l1);
    if (hit) {
      engine.countL2Hit(runtime, id, hit);
      return hit.value;
    }

    counters.misses++;
    try {
      const value = await load(call, options);
      if (flight.voided) engine.local.settle(mark);
      else {
        const storing = keep(call, value, options, mark);
        flight.storing = storing.catch(() => {});
        await storing;
      }
      return value;
    } catch (error) {
      engine.local.settle(mark);
      throw error;
    }
  });
}

async function load(call: ReadThrough, options: ResolvedOptions): Promise<unknown> {
  const { engine, runtime } = call;
  const startedMs = performance.now();
  runtime.counters.loads++;
  try {
    const value = await call.factory({
      tenantId: runtime.tenant,
      setTtl(ttl) {
        options.ttlMs = durationMs(ttl, 'ttl', 1);
      },
    });
    if (value === undefined) {
      throw fail('VALUE_NOT_CACHEABLE', { given: 'undefined from a factory', allowed: 'null for "there is none"' });
    }
    return value;
  } catch (error) {
    engine.loadFailed(runtime, typeof call.resource === 'string' ? call.resource : call.resource.name);
    throw error;
  } finally {
    engine.latency.load.observe(performance.now() - startedMs);
  }
}

async function keep(
  call: ReadThrough,
  value: unknown,
  options: ResolvedOptions,
  mark: ReturnType<CacheEngine['local']['begin']>,
): Promise<void> {
  const { outcome } = await call.engine.store(call.runtime, call.id, value, options, mark);
  if (outcome && outcome.status !== 'stored') call.onRefused();
}
