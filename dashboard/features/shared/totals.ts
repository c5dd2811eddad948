import { total } from '@/charts/stack';
import type { SharedReading, SharedTotals } from '@/data/shared-series';

/** Of all datasets over the range; undefined where no source knows. */
export function totalsOf({ source, frame: { values } }: SharedReading): SharedTotals | undefined {
  if (source.kind === 'none') return undefined;
  return {
    l1Hits: total(values.l1Hits),
    l2Hits: total(values.l2Hits),
    misses: total(values.misses),
    calls: total(values.calls),
    saved: total(values.saved),
    stale: total(values.stale),
    limited: total(values.limited),
  };
}
