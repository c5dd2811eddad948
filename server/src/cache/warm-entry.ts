import { isDatasetOwner } from '../core/dataset.js';
import { durationMs } from '../core/duration.js';
import { fail } from '../core/errors.js';
import { NO_VALUE } from '../core/no-value.js';
import { type EntryId, entryId, type Resource } from '../core/resource.js';
import type { WriteOutcome } from '../core/store-outcomes.js';
import type { WarmEntryOptions, WarmLoader, WarmOutcome } from '../core/warming.js';
import { abortable } from './abortable.js';
import type { CacheEngine } from './cache-engine.js';
import { factoryOf } from './call-arguments.js';
import { type EntryPlan, planEntry, resourceName } from './entry-options.js';
import type { FoundEntry } from './freshness.js';
import { leasedLoad } from './leased-load.js';
import type { Flight } from './loads.js';
import type { ReadCall } from './read-call.js';
import { AWAY } from './shared-tier.js';
import type { TenantRuntime } from './tenant-runtime.js';
import { hasWarmingRoom, noteWarmed } from './warming-room.js';

const FRESH: WarmOutcome = { kind: 'fresh' };
const NO_ROOM: WarmOutcome = { kind: 'no-room' };
/** Loads of one entry that an invalidation voids, one after the other, before its warm-up is given up. */
const ATTEMPTS = 3;

/**
 * Has one entry in the shared store, without counting as a request: a look, and a load under the same lease as any other
 * where it is not fresh for long enough. What is stored leaves its tenant below the warning threshold and evicts nothing,
 * which the store itself decides with the write. This process's memory is left to what is asked for.
 * @throws what the loader throws; TenantCacheError `OPTION_INVALID` without a loader, `STORE_UNAVAILABLE`
 */
export async function warmEntry(
  engine: CacheEngine,
  runtime: TenantRuntime,
  resource: Resource<unknown>,
  key: string,
  { freshFor = 0, tags, load, ...options }: WarmEntryOptions & { readonly load?: WarmLoader },
  signal: AbortSignal,
): Promise<WarmOutcome> {
  engine.assertOpen();
  const name = resourceName(resource);
  const id = entryId(name, key);
  const freshForMs = durationMs(freshFor, 'freshFor');
  const factory = factoryOf(resource, key, load);
  const planned = () =>
    engine.plan(planEntry(resource, { ...options, ...(tags && { tags: [...tags] }), l1: false }, engine.defaults));
  await engine.registry.open(runtime.tenant);
  engine.registry.use(runtime);
  const belowWarning = !isDatasetOwner(runtime.tenant);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    signal.throwIfAborted();
    const seen = await look(engine, runtime, id, freshForMs);
    if (seen === 'fresh') return FRESH;
    const underway = runtime.loads.get(id);
    if (underway) {
      await joined(underway, signal);
      continue;
    }
    const repeated = runtime.failures.repeated(id, Date.now());
    if (repeated) throw repeated.error;
    // What is there already may be replaced by what is no larger.
    if (belowWarning && seen === undefined && !(await hasWarmingRoom(engine, runtime))) return NO_ROOM;
    let written: WriteOutcome | 'away' | undefined;
    const onWritten = (outcome: WriteOutcome | undefined) => {
      written = outcome ?? 'away';
    };
    const warming = { belowWarning, onWritten };
    const asked = { engine, runtime, resource: name, id, factory, local: undefined, onRefused() {} };
    const call: ReadCall = { ...asked, anew: true, warming };
    const flight = start(call, planned(), seen);
    const value = await joined(flight, signal);
    if (value === NO_VALUE) throw fail('VALUE_NOT_CACHEABLE', { given: 'nothing from a loader' });
    if (written === 'away') throw fail('STORE_UNAVAILABLE');
    if (written && written.status !== 'void') noteWarmed(runtime, written.status === 'stored');
    if (written?.status === 'stored') return { kind: 'loaded', bytes: written.sizeBytes };
    if (flight.refused || (written && written.status !== 'void')) return NO_ROOM;
    // An invalidation came in between, or another process loaded it: the next look tells.
  }
  throw fail('LOAD_ABORTED', { given: `${ATTEMPTS} loads, each of which an invalidation voided` });
}

/** Fresh, or what is there of it, or nothing; counts as no request and is no use of the entry. */
async function look(
  engine: CacheEngine,
  runtime: TenantRuntime,
  id: EntryId,
  freshForMs: number,
): Promise<FoundEntry | 'fresh' | undefined> {
  const mark = engine.local.begin(runtime.tenant, id);
  try {
    const stored = await engine.shared.read(runtime.tenant, id);
    if (stored === AWAY) throw fail('STORE_UNAVAILABLE');
    if (stored === undefined) return undefined;
    if (stored.createdAtMs + stored.ttlMs - Date.now() > freshForMs) return 'fresh';
    return await engine.accept(runtime, mark, stored, false);
  } finally {
    engine.local.settle(mark);
  }
}

function start(call: ReadCall, plan: EntryPlan, seen: FoundEntry | undefined): Flight {
  return call.runtime.loads.start(call.id, plan.tags, (flight) => {
    flight.stale = seen;
    return leasedLoad(call, plan, flight, seen);
  });
}

/** Whoever waits for the load as well keeps it going where this one leaves. */
async function joined(flight: Flight, signal: AbortSignal): Promise<unknown> {
  const leave = () => flight.leave();
  flight.join();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await abortable(flight.promise, signal);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
