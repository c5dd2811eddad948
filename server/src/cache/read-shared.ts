import type { LocalEntry } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { CacheEngine } from './cache-engine.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** One entry from the shared store, counted, marked as used and kept in L1. */
export async function readShared(
  engine: CacheEngine,
  runtime: TenantRuntime,
  id: EntryId,
  l1: boolean,
): Promise<LocalEntry | undefined> {
  return (await readManyShared(engine, runtime, [id], l1)).get(id);
}

/** The same for many in one round trip; those that are not there are left out. */
export async function readManyShared(
  engine: CacheEngine,
  runtime: TenantRuntime,
  ids: readonly EntryId[],
  l1: boolean,
): Promise<Map<EntryId, LocalEntry>> {
  const found = new Map<EntryId, LocalEntry>();
  const [first] = ids;
  if (first === undefined) return found;
  const { counters, tenant } = runtime;
  const startedMs = performance.now();
  await engine.limitsOf(runtime);
  const marks = ids.map((id) => engine.local.begin(tenant, id));
  const stored =
    ids.length === 1 ? [await engine.shared.read(tenant, first)] : await engine.shared.readMany(tenant, ids);
  for (const [index, mark] of marks.entries()) {
    const entry = engine.accept(runtime, mark, stored[index], l1);
    if (entry) found.set(mark.id, entry);
    else engine.local.settle(mark);
  }
  const ms = performance.now() - startedMs;
  engine.latency.getL2.observe(ms);
  counters.responseTimeMs += ms;
  for (const id of ids) {
    const hit = found.get(id);
    if (hit) engine.countL2Hit(runtime, id, hit);
    else counters.misses++;
  }
  return found;
}
