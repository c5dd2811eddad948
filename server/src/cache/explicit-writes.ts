import { fail } from '../core/errors.js';
import { invalidOption } from '../core/options.js';
import type { EntryId } from '../core/resource.js';
import type { CacheEngine } from './cache-engine.js';
import type { EntryPlan } from './entry-options.js';
import { deleteEntries } from './invalidations.js';
import { type SetResult, setResult } from './set-result.js';
import type { TenantRuntime } from './tenant-runtime.js';
import type { WriteBehindResult } from './write-behind.js';
import { type CacheSteps, type Persist, writeThrough } from './write-through.js';

/** A value that the application brings, for one entry of one tenant. */
export interface ExplicitWrite {
  readonly engine: CacheEngine;
  readonly runtime: TenantRuntime;
  readonly resource: string;
  readonly id: EntryId;
  readonly value: unknown;
  readonly plan: EntryPlan;
  /** Told where the quota kept the value out. */
  readonly onRefused: () => void;
}

/** Stores it. @throws QuotaExceededError where the enforcement is `hard` and it cannot fit */
export async function setEntry(write: ExplicitWrite): Promise<SetResult> {
  const { engine, runtime, resource, id, value, plan } = write;
  if (runtime.limits === undefined) await engine.limitsOf(runtime);
  // A load under way read its source before this value was known.
  runtime.changed(id);
  const mark = engine.local.begin(runtime.tenant, id);
  const written = await engine.store(runtime, resource, id, value, plan, mark);
  runtime.changed(id);
  if (written.outcome === undefined) engine.shared.distrust(runtime.tenant, id);
  else if (written.outcome.status === 'stored') engine.shared.written(runtime.tenant, id);
  else if (written.outcome.status === 'full' || written.outcome.status === 'too-large') write.onRefused();
  return setResult(written, runtime.counters);
}

/** Persists it, then lets the cache follow; writes of one entry in this process keep their order. */
export async function writeThroughEntry<T>(write: ExplicitWrite, persist: Persist<T>): Promise<SetResult> {
  const { engine, runtime, id, value, plan } = write;
  if (typeof persist !== 'function') throw fail('OPTION_INVALID', { given: typeof persist, allowed: 'a function' });
  await engine.limitsOf(runtime);
  // What cannot be stored is refused before the source changes.
  await engine.payloads.codec.encode(value);
  const context = { tenantId: runtime.tenant, ...(plan.signal && { signal: plan.signal }) };
  return engine.writeOrder.run(runtime.tenant, id, () =>
    writeThrough(stepsOf(write), () => persist(value as T, context)),
  );
}

/** Queues it, lets the cache follow, and leaves the rest to the queue's consumer. */
export async function writeBehindEntry(write: ExplicitWrite): Promise<WriteBehindResult> {
  const { engine, runtime, id, value } = write;
  if (engine.writeBehind === undefined) {
    throw invalidOption('writeBehind()', 'no option writeBehind', 'createTenantCache({ writeBehind: { persist } })');
  }
  await engine.limitsOf(runtime);
  return engine.writeBehind.write(runtime.tenant, id, value, stepsOf(write));
}

function stepsOf(write: ExplicitWrite): CacheSteps {
  const { engine, runtime, id, plan } = write;
  return {
    // A policy or a jitter changes the plan, which a second attempt must not find changed.
    set: () => setEntry({ ...write, plan: { ...plan } }),
    invalidate: () => deleteEntries(engine, runtime, [id]),
    voidLoads: () => runtime.changed(id),
    unstored() {
      const { usedBytes, quotaBytes, state } = runtime.counters;
      return { stored: false, evicted: 0, usedBytes, quotaBytes, state };
    },
  };
}
