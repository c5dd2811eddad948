'use client';

import { hitRatioFinding } from '@/charts/findings/hit-ratio';
import { sum, total } from '@/charts/stack';
import { SHARE_AXIS } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import type { SharedReading } from '@/data/shared-series';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { HALF_PX } from '@/features/tenant/chart-props';
import { hitSeries, SHARE_FORMAT } from '@/features/tenant/share-format';

/** Share of the reads of shared data that memory or Redis answered. */
export function SharedHitsChart({ path, first }: { path: string; first: SharedReading }) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const { l1Hits, l2Hits, misses } = frame.values;
  const hits = sum(l1Hits, l2Hits);
  const reads = sum(hits, misses);
  const span = spanWords(reading);
  if (source.kind === 'none' || total(reads) === 0) {
    const calm = { title: 'No reads, so there is no hit ratio', text: `Nobody read shared data in ${span}.` };
    return <NoData title="Hit ratio of shared data" source={source} calm={calm} />;
  }
  return (
    <TimeChart
      finding={hitRatioFinding({ times: frame.times, hits, reads, nowMs: frame.toMs, span })}
      caption={captionWords('Share of reads of shared data by tier, %', reading)}
      grid={frame}
      series={hitSeries(l1Hits, l2Hits, reads)}
      axis={SHARE_AXIS}
      format={SHARE_FORMAT}
      height={HALF_PX}
    />
  );
}
