'use client';

import { compact, milliseconds, placesFor, transferred } from '@/charts/number-format';
import { total } from '@/charts/stack';
import { FigureStrip } from '@/components/ui/figure-strip';
import { percent } from '@/components/ui/figures';
import { number } from '@/components/ui/number';
import { useLive } from '@/features/live/live';
import { spanWords } from '@/features/live/reading-words';
import { ratePerSecond } from '@/features/tenant/rate';
import type { FiguresReading } from './series';

const NONE = '–';

/** The key figures of the fleet over the chosen range. */
export function Figures({ path, first }: { path: string; first: FiguresReading }) {
  const { reading } = useLive(path, first);
  const { frame, source, getP99Ms } = reading;
  const { requests, l1Hits, l2Hits, misses, evictions, bytesServed } = frame.values;
  const hits = total(l1Hits) + total(l2Hits);
  const reads = hits + total(misses);
  const recorded = source.kind !== 'none';
  const rate = ratePerSecond(requests, frame);
  const minutes = (evictions.filter((value) => value !== null).length * frame.stepMs) / 60_000;
  const evicted = minutes > 0 ? total(evictions) / minutes : 0;
  const saved = compact(Math.round(hits));
  const served = transferred(total(bytesServed));
  return (
    <FigureStrip
      label={`Fleet figures, ${spanWords(reading)}`}
      figures={[
        { key: 'hits', name: 'Hit ratio, by requests', value: reads > 0 ? percent(hits / reads) : NONE },
        { key: 'requests', name: 'Requests', value: rate ?? (recorded ? '0' : NONE), of: recorded ? '/s' : undefined },
        { key: 'saved', name: 'Loads saved', value: recorded ? saved.figure : NONE, of: saved.unit || undefined },
        {
          key: 'served',
          name: 'Bytes served',
          value: recorded ? served.figure : NONE,
          of: recorded ? served.unit : undefined,
        },
        {
          key: 'p99',
          name: 'GET latency, P99',
          value: getP99Ms === null ? NONE : milliseconds(getP99Ms),
          of: getP99Ms === null ? undefined : 'ms',
        },
        {
          key: 'evicted',
          name: 'Evicted for space',
          value: recorded ? number(evicted, evicted < 10 ? Math.min(1, placesFor(evicted)) : 0) : NONE,
          of: recorded ? '/min' : undefined,
        },
      ]}
    />
  );
}
