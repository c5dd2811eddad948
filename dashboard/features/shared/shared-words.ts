import { count, counted } from '@/components/ui/figures';
import type { SharedTotals } from '@/data/shared-series';

/** Reads of entries, whatever answered them. */
export function readsOf({ l1Hits, l2Hits, misses }: Pick<SharedTotals, 'l1Hits' | 'l2Hits' | 'misses'>): number {
  return l1Hits + l2Hits + misses;
}

/** Undefined without reads: then there is no ratio. */
export function hitRatioOf(totals: Pick<SharedTotals, 'l1Hits' | 'l2Hits' | 'misses'>): number | undefined {
  const reads = readsOf(totals);
  return reads > 0 ? (totals.l1Hits + totals.l2Hits) / reads : undefined;
}

/** Does sharing pay? @param span “the last hour” */
export function sharingHeading(totals: SharedTotals | undefined, span: string): string {
  if (!totals) return 'What sharing saved is not known';
  if (Math.round(readsOf(totals)) === 0) return `Nobody read shared data in ${span}`;
  const saved = Math.round(totals.saved);
  if (saved === 0) return `Sharing saved no API call in ${span}`;
  return `Sharing saved ${counted(saved, 'API call')} in ${span}`;
}

/** Is it fresh, and was anybody refused? Below the heading. */
export function sharingLead(totals: SharedTotals | undefined): string | undefined {
  if (!totals || Math.round(readsOf(totals)) === 0) return undefined;
  const stale = Math.round(totals.stale);
  const limited = Math.round(totals.limited);
  const old = stale === 0 ? 'none got a stale value' : `${count(stale)} got a stale value within its grace`;
  const refused =
    limited === 0
      ? 'no tenant met its limit'
      : `${counted(limited, 'read')} ${limited === 1 ? 'was' : 'were'} refused by a tenant’s limit`;
  return `Of ${counted(Math.round(readsOf(totals)), 'read')} ${old}, ${refused}${aheadWords(totals)}.`;
}

/** A read that called has missed: calls beyond the misses were made for no read, yet. */
function aheadWords({ calls, misses }: SharedTotals): string {
  const ahead = Math.round(calls - misses);
  // Growth is an estimate, of calls and of misses each its own.
  if (ahead < Math.max(2, calls / 100)) return '';
  return `; about ${count(ahead)} of ${counted(Math.round(calls), 'call')} came ahead of a read, by refreshes and warm-ups`;
}

/** What was paid for what was read: the finding of the chart of calls. */
export function callsFinding({ calls, saved }: Pick<SharedTotals, 'calls' | 'saved'>): string {
  const made = Math.round(calls);
  const spared = Math.round(saved);
  if (made === 0) return `No API call was made, ${count(spared)} saved`;
  if (spared < made) return `${counted(made, 'API call')} made, ${count(spared)} saved`;
  return `One API call made for each ${count(Math.round(spared / made))} saved`;
}
