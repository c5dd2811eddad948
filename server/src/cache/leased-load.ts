import type { Lease } from '../core/contracts.js';
import { TenantCacheError } from '../core/errors.js';
import type { PendingMark } from '../core/local-tier.js';
import { NO_VALUE } from '../core/no-value.js';
import type { WriteSource } from './cache-engine.js';
import type { EntryPlan } from './entry-options.js';
import type { FoundEntry } from './freshness.js';
import { freshness, UNKNOWN_SEQUENCE } from './freshness.js';
import { LEASE_TTL_MS } from './lease-keeper.js';
import type { Flight } from './loads.js';
import type { ReadCall } from './read-call.js';
import { readFound } from './read-shared.js';
import { loadTimeout, runFactory } from './run-factory.js';

/** How often a waiting caller looks while the bus is down and nobody can wake it. */
const LOOK_EVERY_MS = 50;

/**
 * One load over all processes: asks for the lease, waits for whoever holds it, else runs the factory and stores its
 * value under the lease. Where the shared store is gone the value goes to L1 alone.
 */
export async function leasedLoad(
  call: ReadCall,
  plan: EntryPlan,
  flight: Flight,
  seen: FoundEntry | undefined,
): Promise<unknown> {
  const { engine, runtime, id } = call;
  const claim = await claimLoad(call, plan, flight, seen);
  if (claim !== undefined && 'value' in claim) return claim.value;
  const lease = claim;
  const mark = engine.local.begin(runtime.tenant, id);
  const startedMs = performance.now();
  try {
    runtime.loads.begins(id, flight);
    if (lease) {
      engine.leases.hold(runtime.tenant, id, lease);
      // Who asks from now on must not wait for a load whose value is of no use to them.
      flight.onVoid = () => giveUp(call, lease);
    }
    if (!call.warming) engine.asked(runtime, id);
    const value = await traced(call, () => runFactory(call, plan, flight));
    runtime.failures.forget(id);
    flight.tags = plan.tags;
    if (value === NO_VALUE) {
      giveUp(call, lease);
      engine.local.settle(mark);
      return value;
    }
    if (flight.voided || flight.outdated()) {
      engine.figures.loadVoided(runtime, call.resource);
      if (!flight.voided) giveUp(call, lease);
      engine.local.settle(mark);
      return value;
    }
    const loadMs = plan.settings.beta > 0 ? performance.now() - startedMs : undefined;
    await keep(call, plan, flight, mark, value, { lease, loadMs, load: true, ...call.warming });
    return value;
  } catch (error) {
    engine.local.settle(mark);
    giveUp(call, lease);
    // An invalidation asks for a new attempt, and the error may be of what it invalidated.
    if (!flight.disturbed && !flight.deserted) runtime.failures.failed(id, error, plan.settings.errorTtlMs, Date.now());
    throw error;
  } finally {
    flight.onVoid = undefined;
    if (lease) engine.leases.drop(lease);
    runtime.wakes.wake(id);
  }
}

/** A quota or a limit on size never fails a read. */
async function keep(
  call: ReadCall,
  plan: EntryPlan,
  flight: Flight,
  mark: PendingMark,
  value: unknown,
  source: WriteSource,
): Promise<void> {
  const { engine, runtime, resource, id } = call;
  try {
    const { outcome } = await engine.store(runtime, resource, id, value, plan, mark, source);
    call.warming?.onWritten(outcome);
    if (outcome?.status === 'void') engine.figures.loadVoided(runtime, resource);
    else flight.refused = outcome !== undefined && outcome.status !== 'stored' && !source.belowWarning;
  } catch (error) {
    if (!(error instanceof TenantCacheError && error.code === 'ENTRY_TOO_LARGE')) throw error;
    flight.refused = true;
    giveUp(call, source.lease);
  }
}

/** The lease, or the entry that another process stored meanwhile, or undefined where there is no store to ask. */
async function claimLoad(
  call: ReadCall,
  plan: EntryPlan,
  flight: Flight,
  seen: FoundEntry | undefined,
): Promise<Lease | FoundEntry | undefined> {
  const { engine, runtime, id } = call;
  const giveUpAtMs = performance.now() + plan.settings.hardTimeoutMs;
  let seenSequence = seen?.sequence ?? 0;
  for (;;) {
    if (seenSequence === UNKNOWN_SEQUENCE) {
      call.batch?.onAnswer();
      return undefined;
    }
    const answer = await engine.shared.lease(runtime.tenant, id, { seenSequence, ttlMs: LEASE_TTL_MS });
    if (answer?.kind !== 'granted') call.batch?.onAnswer();
    if (answer === undefined) return undefined;
    if (answer.kind === 'granted') return answer.lease;
    if (answer.kind === 'held') {
      const leftMs = giveUpAtMs - performance.now();
      if (leftMs <= 0) throw loadTimeout(plan.settings.hardTimeoutMs);
      runtime.counters.leaseWaits++;
      const lookMs = engine.busUp(runtime.tenant) ? answer.remainingMs + 1 : LOOK_EVERY_MS;
      await runtime.wakes.wait(id, Math.min(leftMs, lookMs), flight.signal);
    }
    flight.throwIfAborted();
    const found = await readFound(engine, runtime, id, plan.l1);
    const isNews = !call.anew || found?.sequence !== seen?.sequence;
    if (found && isNews && freshness(found, plan.settings, Date.now()) === 'fresh') return found;
    seenSequence = found?.sequence ?? 0;
  }
}

function traced<T>({ engine, runtime, resource }: ReadCall, load: () => Promise<T>): Promise<T> {
  if (!engine.tracing.enabled) return load();
  return engine.tracing.span('load', { tenant: runtime.tenant, resource, tier: 'l3' }, load);
}

/** Those who wait for this load must not wait for its lease to run out. */
function giveUp({ engine, runtime, id }: ReadCall, lease: Lease | undefined): void {
  if (lease === undefined) return;
  engine.leases.drop(lease);
  // Others hear it from the bus, which does not bring a process its own messages.
  void engine.shared.release(runtime.tenant, id, lease).then(() => runtime.wakes.wake(id));
}
