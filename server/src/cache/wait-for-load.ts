import { NO_VALUE } from '../core/no-value.js';
import type { EntryPlan } from './entry-options.js';
import { freshness } from './freshness.js';
import type { Flight } from './loads.js';
import { type ReadCall, serveStale } from './read-call.js';

const TIMED_OUT = Symbol('soft timeout');

/**
 * What one caller gets of a load that others may share: its value; or, within the caller's grace, the stale one when
 * the load fails or passes the soft timeout. Undefined where the caller came after an invalidation that the load did
 * not see, and has to ask again.
 */
export async function waitForLoad(
  call: ReadCall,
  plan: EntryPlan,
  flight: Flight,
): Promise<{ readonly value: unknown } | undefined> {
  const { runtime, resource } = call;
  plan.signal?.throwIfAborted();
  const joinedAtEpoch = runtime.loads.epoch;
  const { stale } = flight;
  const mayServe = stale !== undefined && freshness(stale, plan.settings, Date.now()) !== 'dead';
  flight.join();
  let value: unknown;
  try {
    value = await race(flight, plan, mayServe);
  } catch (error) {
    if (plan.signal?.aborted) throw error;
    if (!mayServe) throw error;
    return { value: serveStale(call, stale, 'load-failed') };
  }
  if (value === TIMED_OUT) return { value: serveStale(call, stale as NonNullable<typeof stale>, 'soft-timeout') };
  if (flight.outdated(joinedAtEpoch)) return undefined;
  if (value === NO_VALUE && call.batch === undefined) return undefined;
  runtime.missed(resource);
  call.span?.tell({ tier: 'l3', outcome: flight.refused ? 'refused' : 'miss' });
  if (flight.refused) call.onRefused();
  return { value };
}

/** Tells the load when the caller leaves; that the caller hears of it at once is `abortable`'s part. */
async function race(flight: Flight, plan: EntryPlan, mayServe: boolean): Promise<unknown> {
  const { signal } = plan;
  const softTimeoutMs = mayServe ? plan.settings.softTimeoutMs : undefined;
  if (signal === undefined && softTimeoutMs === undefined) return flight.promise;
  const leave = () => flight.leave();
  signal?.addEventListener('abort', leave, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    if (softTimeoutMs === undefined) return await flight.promise;
    const timedOut = new Promise((resolve) => {
      timer = setTimeout(resolve, softTimeoutMs, TIMED_OUT);
    });
    return await Promise.race([flight.promise, timedOut]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', leave);
  }
}
