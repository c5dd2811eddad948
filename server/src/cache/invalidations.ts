import { type EntryId, namesOf } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { CacheEngine } from './cache-engine.js';
import type { TenantRuntime } from './tenant-runtime.js';

/*
 * Each acts before and after the shared store confirms: before, so that nothing under way is stored or joined; after,
 * because what began in between may have read the source before the caller changed it.
 */

/** Whether there were entries, in the order of `ids`. Where the store does not answer, it is told when it does again. */
export async function deleteEntries(
  engine: CacheEngine,
  runtime: TenantRuntime,
  ids: readonly EntryId[],
): Promise<boolean[]> {
  const { tenant } = runtime;
  const startedMs = performance.now();
  engine.registry.use(runtime);
  for (const id of ids) drop(engine, runtime, id);
  const removed = await Promise.all(ids.map((id) => engine.shared.remove(tenant, id)));
  engine.latency.delete.observe(performance.now() - startedMs);
  for (const id of ids) drop(engine, runtime, id);
  if (runtime.sampler) for (const id of ids) runtime.sampler.deleted(...namesOf(id));
  for (const live of removed) if (live) runtime.counters.invalidations++;
  engine.registry.use(runtime);
  engine.emit({ type: 'invalidation', tenant, kind: 'keys' });
  return removed;
}

/** All that the scopes cover is gone once this resolves, at a cost that does not grow with the number of entries. */
export async function invalidateScopes(
  engine: CacheEngine,
  runtime: TenantRuntime,
  scopes: readonly Scope[],
  kind: 'tags' | 'resource' | 'prefix',
): Promise<void> {
  const { tenant } = runtime;
  const startedMs = performance.now();
  engine.registry.use(runtime);
  runtime.changedScopes(scopes);
  engine.local.dropScopes(tenant, scopes);
  await engine.shared.invalidate(tenant, scopes);
  engine.latency.invalidate.observe(performance.now() - startedMs);
  runtime.changedScopes(scopes);
  engine.local.dropScopes(tenant, scopes);
  runtime.counters.invalidations++;
  engine.registry.use(runtime);
  engine.emit({ type: 'invalidation', tenant, kind });
}

/** Everything of the tenant is gone once this resolves, in O(1). */
export async function clearTenant(engine: CacheEngine, runtime: TenantRuntime): Promise<void> {
  const { tenant } = runtime;
  const startedMs = performance.now();
  engine.registry.use(runtime);
  runtime.changedAll();
  engine.local.dropTenant(tenant);
  await engine.shared.clear(tenant);
  runtime.sampler?.cleared();
  engine.latency.clear.observe(performance.now() - startedMs);
  runtime.changedAll();
  engine.local.dropTenant(tenant);
  runtime.counters.invalidations += runtime.counters.entries;
  runtime.counters.entries = 0;
  engine.registry.use(runtime);
  engine.emit({ type: 'invalidation', tenant, kind: 'tenant' });
}

function drop(engine: CacheEngine, runtime: TenantRuntime, id: EntryId): void {
  runtime.changed(id);
  engine.local.drop(runtime.tenant, id);
}
