import { namesOf } from '../core/resource.js';
import type { EntryPlan } from './entry-options.js';
import { type FoundEntry, freshness, UNKNOWN_SEQUENCE } from './freshness.js';
import { leasedLoad } from './leased-load.js';
import type { Flight } from './loads.js';
import { type ReadCall, serveStale } from './read-call.js';
import { readFound } from './read-shared.js';
import { waitForLoad } from './wait-for-load.js';

/** What is stale for longer must not be answered after the bus was lost (targets: 0 stale reads 3 s later). */
const MAX_UNHEARD_MS = 2_000;

/**
 * L2, then one load for all callers; a stale value is answered where the plan allows it. Counted once, when it ends: a
 * caller that was refused or had left before it began asked for nothing.
 */
export async function readThrough(call: ReadCall, plan: EntryPlan): Promise<unknown> {
  const { engine, runtime, resource } = call;
  plan.signal?.throwIfAborted();
  if (runtime.limits === undefined) await engine.limitsOf(runtime);
  try {
    return await answer(call, plan);
  } catch (error) {
    runtime.missed(resource);
    throw error;
  }
}

/** Counts what it answers, and leaves what it throws to its caller. */
async function answer(call: ReadCall, plan: EntryPlan): Promise<unknown> {
  const { runtime, id } = call;
  let own: Flight | undefined;
  for (let asked = 0; ; asked++) {
    let flight = joinable(call);
    if (flight === undefined) {
      const found = asked === 0 && call.batch ? call.batch.found : await read(call, plan);
      const state = found === undefined ? 'dead' : freshness(found, plan.settings, Date.now());
      if (found && state === 'fresh') return hit(call, found);
      if (found && state !== 'dead') {
        if (runtime.failures.backsOff(id, Date.now())) return serveStale(call, found, 'backoff');
        if (state !== 'stale') {
          refresh(call, plan, found);
          return state === 'early' ? hit(call, found) : serveStale(call, found, 'revalidate');
        }
      }
      plan.signal?.throwIfAborted();
      const repeated = runtime.failures.repeated(id, Date.now());
      if (repeated) throw repeated.error;
      flight = joinable(call);
      if (flight === undefined) {
        own = startLoad(call, plan, found);
        flight = own;
      }
    }
    // Before the load stores it: afterwards it would look like one that is asked for twice.
    if (asked === 0) runtime.sampler?.miss(...namesOf(id));
    // A batch need not wait for what another call loads; its own loads tell when they have their lease.
    if (flight !== own) call.batch?.onAnswer();
    const loaded = await waitForLoad(call, plan, flight);
    if (loaded !== undefined) return loaded.value;
  }
}

/** While the bus is down another process may have invalidated, unheard, what a load read that began long ago. */
function joinable({ engine, runtime, id }: ReadCall): Flight | undefined {
  const flight = runtime.loads.get(id);
  if (flight === undefined || engine.busUp(runtime.tenant)) return flight;
  return performance.now() - flight.beganAtMs < MAX_UNHEARD_MS ? flight : undefined;
}

async function read(call: ReadCall, plan: EntryPlan): Promise<FoundEntry | undefined> {
  const { engine, runtime, id } = call;
  const found = await runtime.reads.share(id, () => readFound(engine, runtime, id, plan.l1));
  return found?.sequence === UNKNOWN_SEQUENCE ? (staleLocal(call) ?? found) : found;
}

/** Loads in the background, once however many ask for it; what it throws is counted and goes no further. */
export function refresh(call: ReadCall, plan: EntryPlan, found: FoundEntry | undefined): void {
  const { runtime, id } = call;
  if (runtime.loads.get(id)) return;
  runtime.counters.refreshes++;
  const { tracing } = call.engine;
  if (!tracing.enabled) startLoad(call, plan, found).join();
  else {
    const facts = { tenant: runtime.tenant, resource: call.resource };
    const refreshing = tracing.span('refresh', facts, () => {
      const flight = startLoad(call, plan, found);
      flight.join();
      return flight.promise;
    });
    refreshing.catch(() => {});
  }
}

function startLoad(call: ReadCall, plan: EntryPlan, found: FoundEntry | undefined): Flight {
  return call.runtime.loads.start(call.id, plan.tags, (flight) => {
    flight.stale = found;
    return leasedLoad(call, plan, flight, found);
  });
}

function hit(call: ReadCall, found: FoundEntry): unknown {
  call.span?.tell({ tier: 'l2', outcome: 'hit' });
  return call.engine.served(call.runtime, call.resource, call.id, found);
}

/** The shared store is gone while this process still has the value. */
function staleLocal({ local }: ReadCall): FoundEntry | undefined {
  return local && { ...local, sequence: UNKNOWN_SEQUENCE, usableUntilMs: Number.POSITIVE_INFINITY };
}
