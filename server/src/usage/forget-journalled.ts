import type { UsageJournal } from '../core/usage-journal.js';
import type { UsagePart } from '../core/usage-part.js';
import type { KeptPart } from './kept-part.js';

const TENANTS_PER_CALL = 100;

/** Takes parts that the sink has out of the journal; what was put there since stays. */
export async function forgetJournalled(journal: UsageJournal, merged: readonly KeptPart[]): Promise<void> {
  const names = new Set(merged.map(({ part }) => nameOf(part)));
  const tenants = [...new Set(merged.map(({ part }) => part.tenantId))];
  for (let from = 0; from < tenants.length; from += TENANTS_PER_CALL) {
    const journalled = await journal.read(tenants.slice(from, from + TENANTS_PER_CALL));
    const own = journalled.filter(({ part }) => names.has(nameOf(part)));
    if (own.length > 0) await journal.forget(own);
  }
}

function nameOf({ tenantId, processEpoch, bucketStartMs }: UsagePart): string {
  return `${tenantId} ${processEpoch} ${bucketStartMs}`;
}
