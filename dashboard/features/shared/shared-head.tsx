'use client';

import { compact } from '@/charts/number-format';
import { type Figure, FigureStrip } from '@/components/ui/figure-strip';
import { percent } from '@/components/ui/figures';
import { PageHead, PageLead } from '@/components/ui/page-head';
import type { SharedReading, SharedTotals } from '@/data/shared-series';
import { useLive } from '@/features/live/live';
import { spanWords } from '@/features/live/reading-words';
import { hitRatioOf, readsOf, sharingHeading, sharingLead } from './shared-words';
import { totalsOf } from './totals';

const NONE = '–';

/** Does sharing pay, and is it fresh? */
export function SharedHead({ path, first }: { path: string; first: SharedReading }) {
  const { reading } = useLive(path, first);
  const totals = totalsOf(reading);
  const span = spanWords(reading);
  const lead = sharingLead(totals);
  return (
    <>
      <PageHead title={sharingHeading(totals, span)}>
        <PageLead>
          {lead ?? 'What all tenants need is loaded once for all of them, and paid for by the platform.'}
        </PageLead>
      </PageHead>
      <FigureStrip label={`Shared data, ${span}`} figures={figures(totals)} />
    </>
  );
}

function figures(totals: SharedTotals | undefined): Figure[] {
  const counts: [keyof SharedTotals | 'reads', string][] = [
    ['saved', 'API calls saved'],
    ['calls', 'API calls made'],
    ['reads', 'Reads'],
    ['stale', 'Served stale'],
    ['limited', 'Refused by a limit'],
  ];
  const shown = counts.map(([key, name]): Figure => {
    if (!totals) return { key, name, value: NONE };
    const { figure, unit } = compact(Math.round(key === 'reads' ? readsOf(totals) : totals[key]));
    return { key, name, value: figure, of: unit || undefined };
  });
  const ratio = percent(totals && hitRatioOf(totals)) ?? NONE;
  return [...shown.slice(0, 2), { key: 'ratio', name: 'Hit ratio', value: ratio }, ...shown.slice(2)];
}
