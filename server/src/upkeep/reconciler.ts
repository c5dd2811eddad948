import { setTimeout as delay } from 'node:timers/promises';
import { TenantCacheError } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import type { GoneEntries, ReconcileReport, ReconcileStep, StoreUpkeep } from '../core/upkeep.js';

const ATTEMPTS = 3;
const RETRY_MS = 100;
const MAX_PAUSE_MS = 50;

export interface ReconcileOptions {
  /** Of the leader; omitted: on demand. */
  readonly fence?: number | undefined;
  readonly orphans?: boolean | undefined;
  /** Hears of what was counted and is gone, step by step: also where the reconcile does not come to its end. */
  readonly onGone?: (gone: GoneEntries) => void;
  /** Rests after each step for as long as it took, so that requests have the store for half of the time. */
  readonly paced?: boolean;
  /** False ends it early. */
  readonly goOn?: () => boolean;
}

/**
 * Step by step through all that a tenant has. Undefined where `goOn` ended it early.
 * @throws TenantCacheError `STORE_UNAVAILABLE` where three attempts at a step had no answer, `UPKEEP_FENCED`
 */
export async function reconcileTenant(
  upkeep: StoreUpkeep,
  tenant: TenantId,
  { fence, orphans = false, paced = false, goOn = () => true, onGone = () => {} }: ReconcileOptions,
): Promise<ReconcileReport | undefined> {
  const startedMs = performance.now();
  const sum = { looked: 0, ghosts: 0, ghostBytes: 0, expiredEntries: 0, orphans: 0, repaired: 0, driftBytes: 0 };
  let compared = false;
  let cursor: string | undefined;
  let steps = 0;
  do {
    if (!goOn()) return undefined;
    const stepMs = performance.now();
    const step = await patiently(() => upkeep.reconcile(tenant, { cursor, fence, orphans }));
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += step[name];
    if (step.ghosts + step.expiredEntries > 0) onGone(step);
    compared ||= step.compared;
    cursor = step.cursor;
    steps++;
    if (paced && cursor !== undefined) await delay(Math.min(MAX_PAUSE_MS, performance.now() - stepMs));
  } while (cursor !== undefined);
  return { tenantId: tenant, ...sum, compared, steps, durationMs: Math.round(performance.now() - startedMs) };
}

/** A step whose answer was lost may have been done; doing it again does no harm. */
async function patiently(step: () => Promise<ReconcileStep>): Promise<ReconcileStep> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      const lost = error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE';
      if (!lost || attempt === ATTEMPTS) throw error;
      await delay(RETRY_MS);
    }
  }
}
