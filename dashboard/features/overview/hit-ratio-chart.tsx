'use client';

import { hitRatioFinding } from '@/charts/findings/hit-ratio';
import { sum, total } from '@/charts/stack';
import { SHARE_AXIS } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { hitsOfReads, previousSeries } from '@/features/range/previous';
import { WIDE_PX } from '@/features/tenant/chart-props';
import { hitSeries, SHARE_FORMAT } from '@/features/tenant/share-format';
import type { FleetReading } from './series';

export function HitRatioChart({ path, first }: { path: string; first: FleetReading<'hit-ratio'> }) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const { l1Hits, l2Hits, misses } = frame.values;
  const hits = sum(l1Hits, l2Hits);
  const reads = sum(hits, misses);
  const span = spanWords(reading);
  if (source.kind === 'none' || total(reads) === 0) {
    const calm = {
      title: 'No traffic, so there is no hit ratio',
      text: `No tenant asked the cache for anything in ${span}.`,
    };
    return <NoData title="Hit ratio by tier" source={source} calm={calm} />;
  }
  return (
    <TimeChart
      finding={hitRatioFinding({ times: frame.times, hits, reads, nowMs: frame.toMs, span })}
      caption={captionWords('Share of requests by tier, %', reading)}
      grid={frame}
      series={[...hitSeries(l1Hits, l2Hits, reads), ...previousSeries(reading, hitsOfReads)]}
      axis={SHARE_AXIS}
      format={SHARE_FORMAT}
      height={WIDE_PX}
    />
  );
}
