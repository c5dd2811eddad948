'use client';

import { responseTimeFinding } from '@/charts/findings/response-time';
import { known } from '@/charts/gaps';
import { milliseconds } from '@/charts/number-format';
import { ratio, total } from '@/charts/stack';
import { valueAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { HALF_PX, type TenantChartProps } from './chart-props';
import { markersOf } from './markers';

/** Means only: percentiles need a histogram, and one per tenant would multiply the series. */
export function ResponseTimeChart({ path, first, events }: TenantChartProps<'response-time'>) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const { requests, responseTimeMs } = frame.values;
  const span = spanWords(reading);
  if (source.kind === 'none' || total(requests) === 0) {
    const calm = {
      title: 'No requests, so no response time',
      text: `The application asked the cache for nothing in ${span}.`,
    };
    return <NoData title="Mean response time" source={source} calm={calm} />;
  }
  const means = ratio(responseTimeMs, requests);
  const axis = valueAxis(Math.max(...known(means)));
  return (
    <TimeChart
      finding={responseTimeFinding(means, span)}
      caption={captionWords('Mean time from request to answer, loads included, ms', reading)}
      grid={frame}
      series={[{ key: 'mean', name: 'Mean', color: 'p95', mark: 'line', values: means }]}
      axis={axis}
      format={{
        text: (value) => `${milliseconds(value)}${NO_BREAK_SPACE}ms`,
        cell: milliseconds,
        tick: (value) => `${number(value, value === 0 ? 0 : axis.decimals)}${NO_BREAK_SPACE}ms`,
        unit: 'ms',
      }}
      markers={markersOf(events)}
      height={HALF_PX}
    />
  );
}
