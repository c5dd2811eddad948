import type { EntryId } from '../core/resource.js';
import type { CacheEngine } from './cache-engine.js';
import { deadEntry, type FoundEntry, UNKNOWN_SEQUENCE } from './freshness.js';
import { AWAY } from './shared-tier.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** One entry from the shared store, stale or not, kept in L1 while it is fresh. */
export async function readFound(
  engine: CacheEngine,
  runtime: TenantRuntime,
  id: EntryId,
  l1: boolean,
): Promise<FoundEntry | undefined> {
  const mark = engine.local.begin(runtime.tenant, id);
  const startedMs = performance.now();
  try {
    const stored = await engine.shared.read(runtime.tenant, id);
    engine.latency.getL2.observe(performance.now() - startedMs);
    if (stored === AWAY) return deadEntry(UNKNOWN_SEQUENCE);
    return stored && (await engine.accept(runtime, mark, stored, l1));
  } finally {
    engine.local.settle(mark);
  }
}

/** The same for many in one round trip; those that are not there are left out. */
export async function readManyFound(
  engine: CacheEngine,
  runtime: TenantRuntime,
  ids: readonly EntryId[],
  l1: boolean,
): Promise<Map<EntryId, FoundEntry>> {
  const found = new Map<EntryId, FoundEntry>();
  if (ids.length === 0) return found;
  const marks = ids.map((id) => engine.local.begin(runtime.tenant, id));
  const startedMs = performance.now();
  try {
    const stored = await engine.shared.readMany(runtime.tenant, ids);
    engine.latency.getL2.observe(performance.now() - startedMs);
    for (const [index, mark] of marks.entries()) {
      const entry = stored[index];
      if (entry === AWAY) found.set(mark.id, deadEntry(UNKNOWN_SEQUENCE));
      else if (entry) found.set(mark.id, await engine.accept(runtime, mark, entry, l1));
    }
    return found;
  } finally {
    for (const mark of marks) engine.local.settle(mark);
  }
}

/** The value of a fresh entry, counted as a hit, or undefined, counted as a miss. */
export async function readFresh(
  engine: CacheEngine,
  runtime: TenantRuntime,
  resource: string,
  id: EntryId,
  l1: boolean,
): Promise<unknown> {
  if (runtime.limits === undefined) await engine.limitsOf(runtime);
  let found: FoundEntry | undefined;
  try {
    found = await runtime.reads.share(id, () => readFound(engine, runtime, id, l1));
  } catch (error) {
    runtime.missed(resource);
    throw error;
  }
  if (found && found.freshUntilMs > Date.now()) return engine.served(runtime, resource, id, found);
  runtime.missed(resource);
  runtime.sampler?.miss(resource, id.slice(resource.length + 1));
  return (await engine.waiting(runtime.tenant, [id]))?.get(id);
}

/** The same for many; those that are not there are left out. */
export async function readManyFresh(
  engine: CacheEngine,
  runtime: TenantRuntime,
  resource: string,
  ids: readonly EntryId[],
  l1: boolean,
): Promise<Map<EntryId, unknown>> {
  if (runtime.limits === undefined) await engine.limitsOf(runtime);
  let found: Map<EntryId, FoundEntry>;
  try {
    found = await readManyFound(engine, runtime, ids, l1);
  } catch (error) {
    for (const _ of ids) runtime.missed(resource);
    throw error;
  }
  const values = new Map<EntryId, unknown>();
  const missing: EntryId[] = [];
  for (const id of ids) {
    const entry = found.get(id);
    if (entry && entry.freshUntilMs > Date.now()) values.set(id, engine.served(runtime, resource, id, entry));
    else {
      runtime.missed(resource);
      runtime.sampler?.miss(resource, id.slice(resource.length + 1));
      missing.push(id);
    }
  }
  if (missing.length > 0) {
    for (const [id, value] of (await engine.waiting(runtime.tenant, missing)) ?? []) values.set(id, value);
  }
  return values;
}
