import type { SharedStore, StoredEntry } from '../../src/core/contracts.js';
import type { Limits } from '../../src/core/quota.js';
import type { EntryId } from '../../src/core/resource.js';
import type { SettleOutcome, WriteOutcome } from '../../src/core/store-outcomes.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import type { MemoryData } from '../../src/testing/memory-data.js';

/** Lives end at odd multiples of 10 s and time moves by even ones, so the model's clock need not be Redis' own. */
export const STEP_S = 20;

/** Rounds differ from store to store, their sums do not. */
export async function settleAll(
  store: SharedStore,
  tenant: TenantId,
  limits: Limits,
  hear: (outcome: SettleOutcome) => void = () => {},
) {
  const sums = { expiredEntries: 0, evictedEntries: 0, evictedBytes: 0 };
  for (let round = 0; round < 1_000; round++) {
    const settled = await store.settle(tenant, limits);
    hear(settled);
    const { usedBytes, entries, more, ...parts } = settled;
    for (const name of ['expiredEntries', 'evictedEntries', 'evictedBytes'] as const) sums[name] += parts[name];
    if (!more) return { ...sums, usedBytes, entries };
  }
  throw new Error('settling does not end');
}

export function read(entry: StoredEntry | undefined): object | undefined {
  if (!entry) return undefined;
  const { payload, ttlMs, graceMs, tags = [] } = entry;
  return { payload: payload.toString('latin1'), ttlMs, graceMs, tags };
}

export function lifeMs(steps: number): number {
  return (steps * STEP_S + STEP_S / 2) * 1000;
}

export function hard({ enforcement }: Limits): boolean {
  return enforcement === 'hard' || enforcement === 'soft';
}

/** @param scopesPending leaves out what hangs on how much of what scopes hide is reclaimed already */
export function comparable(outcome: WriteOutcome, scopesPending: boolean): object {
  const { status, sizeBytes, evictedEntries, evictedBytes, usedBytes, entries, wouldEvictBytes, wouldReject } = outcome;
  const decided = { status, sizeBytes, evictedEntries, evictedBytes };
  return scopesPending ? decided : { ...decided, usedBytes, entries, wouldEvictBytes, wouldReject };
}

/** As a reconcile removes what has expired and what the server has lost: leases stay. Returns how many had expired. */
export function loseFromModel(data: MemoryData, tenant: TenantId, ids: readonly EntryId[], nowMs: number): number {
  const held = data.tenants.get(tenant);
  if (!held) return 0;
  const { usedBytes } = held;
  const expired = held.expire(nowMs, Number.POSITIVE_INFINITY);
  for (const id of new Set(ids)) {
    const entry = held.counted(id);
    if (entry) held.remove(entry);
  }
  data.bytes -= usedBytes - held.usedBytes;
  return expired;
}
