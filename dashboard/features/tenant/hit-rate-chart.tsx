'use client';

import { hitRatioFinding } from '@/charts/findings/hit-ratio';
import { sum, total } from '@/charts/stack';
import { SHARE_AXIS } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { hitsOfReads, previousSeries } from '@/features/range/previous';
import { HALF_PX, type TenantChartProps } from './chart-props';
import { lastQuotaChange, markersOf } from './markers';
import { hitSeries, partSeries, SHARE_FORMAT } from './share-format';

/** Share of the reads by tier. A failed load is a miss that also failed, so it is taken out of the misses. */
export function HitRateChart({ path, first, events, voice }: TenantChartProps<'hit-rate'>) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const { l1Hits, l2Hits, misses, loadErrors } = frame.values;
  const hits = sum(l1Hits, l2Hits);
  const reads = sum(hits, misses);
  const span = spanWords(reading);
  if (source.kind === 'none' || total(reads) === 0) {
    const calm = {
      title: 'No traffic, so there is no hit rate',
      text: `No requests in ${span}. The quota is set and ready.`,
    };
    return (
      <NoData title={voice === 'tenant' ? 'Answered from cache' : 'Hit rate by tier'} source={source} calm={calm} />
    );
  }
  const errors = loadErrors.map((value, index) => (value === null ? null : Math.min(value, misses[index] ?? 0)));
  const plain = misses.map((value, index) => (value === null ? null : value - (errors[index] ?? 0)));
  const finding = hitRatioFinding({
    times: frame.times,
    hits,
    reads,
    nowMs: frame.toMs,
    change: lastQuotaChange(events),
    span,
    voice,
  });
  return (
    <TimeChart
      finding={finding}
      caption={captionWords(
        voice === 'tenant' ? 'Share of your requests by tier, %' : 'Share of requests by tier, %',
        reading,
      )}
      grid={frame}
      series={[
        ...hitSeries(l1Hits, l2Hits, reads),
        partSeries({ key: 'miss', name: 'Miss', color: 'miss', mark: 'area' }, plain, reads),
        partSeries({ key: 'error', name: 'Load error', color: 'error', mark: 'fill' }, errors, reads),
        ...previousSeries(reading, hitsOfReads),
      ]}
      axis={SHARE_AXIS}
      format={SHARE_FORMAT}
      markers={markersOf(events)}
      height={HALF_PX}
    />
  );
}
