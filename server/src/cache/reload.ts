import { NO_VALUE } from '../core/no-value.js';
import type { EntryPlan } from './entry-options.js';
import { leasedLoad } from './leased-load.js';
import type { ReadCall } from './read-call.js';
import { readFound } from './read-shared.js';

/**
 * Loads an entry again although it is fresh, one load over all processes. Counts as a refresh, not as a read.
 * @param unlessFreshForMs what stays fresh for longer is left as it is
 * @returns whether this call loaded it: false also where it waited for another's load
 * @throws what the factory throws; what is stored is kept then
 */
export async function reload(call: ReadCall, plan: EntryPlan, unlessFreshForMs: number): Promise<boolean> {
  const { engine, runtime, id } = call;
  await engine.limitsOf(runtime);
  const found = await readFound(engine, runtime, id, false);
  if (found && found.freshUntilMs - Date.now() > unlessFreshForMs) return false;
  const underway = runtime.loads.get(id);
  if (underway) {
    underway.join();
    await underway.promise;
    return false;
  }
  let loaded = false;
  const factory: ReadCall['factory'] = (context) => {
    loaded = true;
    return call.factory(context);
  };
  runtime.counters.refreshes++;
  const flight = runtime.loads.start(id, plan.tags, (started) => {
    started.stale = found;
    return leasedLoad({ ...call, anew: true, factory }, plan, started, found);
  });
  flight.join();
  return (await flight.promise) !== NO_VALUE && loaded;
}
