'use client';

import { compact, milliseconds, placesFor, transferred } from '@/charts/number-format';
import { sum, total } from '@/charts/stack';
import { FigureStrip } from '@/components/ui/figure-strip';
import { percent } from '@/components/ui/figures';
import { number } from '@/components/ui/number';
import { useLive } from '@/features/live/live';
import { spanWords } from '@/features/live/reading-words';
import { comparable, previousName, previousWords } from '@/features/range/previous';
import { ratePerSecond } from '@/features/tenant/rate';
import { changeWords, perStep, pointsWords, shareOf, stepsOf } from './differences';
import type { FiguresReading } from './series';

const NONE = '–';

/** The key figures of the fleet over the chosen range, and where the reader compares, how they differ from those before. */
export function Figures({ path, first }: { path: string; first: FiguresReading }) {
  const { reading } = useLive(path, first);
  const { frame, source, getP99Ms, previousP99Ms, previous, asked } = reading;
  const { requests, misses, evictions, bytesServed, bytesWritten } = frame.values;
  const hits = sum(frame.values.l1Hits, frame.values.l2Hits);
  const recorded = source.kind !== 'none';
  const rate = ratePerSecond(requests, frame);
  const minutes = (stepsOf(evictions, frame) * frame.stepMs) / 60_000;
  const evicted = minutes > 0 ? total(evictions) / minutes : 0;
  const saved = compact(Math.round(total(hits)));
  const served = transferred(total(bytesServed));
  const byBytes = percent(shareOf(bytesServed, bytesWritten));

  const before = comparable(reading) ? previous?.values : undefined;
  const incomplete = previousWords(reading);
  const hitsBefore = before && sum(before.l1Hits, before.l2Hits);
  const differs = (name: 'requests' | 'bytesServed' | 'evictions') =>
    before && changeWords(perStep(frame.values[name], frame), perStep(before[name]));
  return (
    <div>
      <FigureStrip
        label={`Fleet figures, ${spanWords(reading)}${before ? `, against the ${previousName(asked.preset).toLowerCase()}` : ''}`}
        figures={[
          {
            key: 'hits',
            name: 'Hit ratio, by requests',
            value: percent(shareOf(hits, misses)) ?? NONE,
            detail: joined(
              before && hitsBefore && pointsWords(shareOf(hits, misses), shareOf(hitsBefore, before.misses)),
              byBytes && `${byBytes} by bytes`,
            ),
          },
          {
            key: 'requests',
            name: 'Requests',
            value: rate ?? (recorded ? '0' : NONE),
            of: recorded ? '/s' : undefined,
            detail: differs('requests'),
          },
          {
            key: 'saved',
            name: 'Loads saved',
            value: recorded ? saved.figure : NONE,
            of: saved.unit || undefined,
            detail: hitsBefore && changeWords(perStep(hits, frame), perStep(hitsBefore)),
          },
          {
            key: 'served',
            name: 'Bytes served',
            value: recorded ? served.figure : NONE,
            of: recorded ? served.unit : undefined,
            detail: differs('bytesServed'),
          },
          {
            key: 'p99',
            name: 'GET latency, P99',
            value: getP99Ms === null ? NONE : milliseconds(getP99Ms),
            of: getP99Ms === null ? undefined : 'ms',
            detail: joined(
              before && changeWords(getP99Ms ?? undefined, previousP99Ms ?? undefined),
              getP99Ms !== null && `tier reads, ${spanWords(reading)}`,
            ),
          },
          {
            key: 'evicted',
            name: 'Evicted for space',
            value: recorded ? number(evicted, evicted < 10 ? Math.min(1, placesFor(evicted)) : 0) : NONE,
            of: recorded ? '/min' : undefined,
            detail: differs('evictions'),
          },
        ]}
      />
      {incomplete && <p className="pt-2 text-12 text-text-muted">{incomplete}.</p>}
    </div>
  );
}

function joined(...parts: readonly (string | false | undefined)[]): string | undefined {
  return parts.filter((part) => part).join(' · ') || undefined;
}
