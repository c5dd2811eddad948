import { fail, TenantCacheError } from '../core/errors.js';
import type { EntryPlan } from './entry-options.js';
import { loadContext } from './load-context.js';
import type { Flight } from './loads.js';
import type { ReadCall } from './read-call.js';

/**
 * Runs the factory until it answers, its hard timeout passes or nobody waits for it.
 * @throws what the factory throws; TenantCacheError `LOAD_TIMEOUT`, `LOAD_ABORTED`, `VALUE_NOT_CACHEABLE` for undefined
 */
export async function runFactory(call: ReadCall, plan: EntryPlan, flight: Flight): Promise<unknown> {
  const { engine, runtime } = call;
  const startedMs = performance.now();
  const { hardTimeoutMs } = plan.settings;
  runtime.counters.loads++;
  runtime.countersOf(call.resource).loads++;
  const timer = setTimeout(() => flight.abort(loadTimeout(hardTimeoutMs)), hardTimeoutMs);
  try {
    const value = await new Promise((resolve, reject) => {
      flight.throwIfAborted();
      flight.onAbort = reject;
      const loading = load(call, plan, flight);
      if (loading instanceof Promise) loading.then(resolve, reject);
      else resolve(loading);
    });
    if (value === undefined) {
      throw fail('VALUE_NOT_CACHEABLE', { given: 'undefined from a factory', allowed: 'null for "there is none"' });
    }
    return value;
  } catch (error) {
    engine.figures.loadFailed(runtime, call.resource, error instanceof TenantCacheError ? error.code : 'FACTORY');
    throw error;
  } finally {
    clearTimeout(timer);
    flight.onAbort = undefined;
    const ms = performance.now() - startedMs;
    runtime.counters.loadTimeMs += ms;
    runtime.countersOf(call.resource).loadTimeMs += ms;
    engine.latency.load.observe(ms);
  }
}

/** What waits to be written behind is newer than what the source has. */
function load(call: ReadCall, plan: EntryPlan, flight: Flight): unknown {
  const { engine, runtime, id } = call;
  const context = loadContext(runtime.tenant, plan, flight);
  const waiting = engine.waiting(runtime.tenant, [id]);
  if (waiting === undefined) return call.factory(context);
  return waiting.then((queued) => (queued.has(id) ? queued.get(id) : call.factory(context)));
}

export function loadTimeout(hardTimeoutMs: number): TenantCacheError {
  return fail('LOAD_TIMEOUT', {
    given: `no value within ${hardTimeoutMs} ms`,
    todo: 'make the factory faster, or raise hardTimeout; a factory must not wait for its own key',
  });
}
