import { NO_VALUE } from '../core/no-value.js';
import type { EntryPlan } from './entry-options.js';
import { freshness } from './freshness.js';
import { type BatchFactory, LoadBatch } from './load-batch.js';
import type { ReadCall } from './read-call.js';
import { readManyFound } from './read-shared.js';
import { readThrough } from './read-through.js';

/** What could be had by key, and why other keys could not; a key that the factory left out is in neither. */
export interface HadOfMany<T> {
  readonly values: Map<string, T>;
  readonly errors: readonly unknown[];
}

/** The same, where one key that fails fails the call. */
export async function readManyThrough<T>(
  calls: ReadonlyMap<string, ReadCall>,
  factory: BatchFactory<T>,
  planOf: () => EntryPlan,
): Promise<Map<string, T>> {
  const { values, errors } = await readEachThrough(calls, factory, planOf);
  for (const error of errors) throw error;
  return values;
}

/**
 * L2 in one round trip, then one call of the batch factory for the keys whose load is this call's to do; keys that
 * another call or process loads are waited for. Each key is kept, shared and answered stale as in `readThrough`, and
 * fails by itself.
 * @param calls by key; their own factories are not used
 * @param planOf one for each key, as loads change theirs
 */
export async function readEachThrough<T>(
  calls: ReadonlyMap<string, ReadCall>,
  factory: BatchFactory<T>,
  planOf: () => EntryPlan,
): Promise<HadOfMany<T>> {
  const values = new Map<string, T>();
  const [first] = calls.values();
  if (first === undefined) return { values, errors: [] };
  const { engine, runtime } = first;
  await engine.limitsOf(runtime);
  const plan = planOf();
  const ids = [...calls.values()].filter(({ id }) => runtime.loads.get(id) === undefined).map(({ id }) => id);
  let found: Awaited<ReturnType<typeof readManyFound>>;
  try {
    found = await readManyFound(engine, runtime, ids, plan.l1);
  } catch (error) {
    for (const { resource } of calls.values()) runtime.missed(resource);
    throw error;
  }
  const nowMs = Date.now();
  const missing: [string, ReadCall][] = [];
  for (const [key, call] of calls) {
    const entry = found.get(call.id);
    if (entry && freshness(entry, plan.settings, nowMs) === 'fresh') {
      values.set(key, engine.served(runtime, call.resource, call.id, entry) as T);
    } else missing.push([key, call]);
  }
  const batch = new LoadBatch(
    factory,
    missing.map(([key]) => key),
  );
  const loads = missing.map(async ([key, call]) => {
    const onAnswer = () => batch.withdraw(key);
    const one = { ...call, factory: batch.factoryFor(key), batch: { found: found.get(call.id), onAnswer } };
    const value = await readThrough(one, planOf()).finally(onAnswer);
    if (value !== NO_VALUE) values.set(key, value as T);
  });
  const results = await Promise.allSettled(loads);
  return { values, errors: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])) };
}
