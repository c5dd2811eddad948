'use client';

import { requestFinding } from '@/charts/findings/requests';
import { placesFor } from '@/charts/number-format';
import { total } from '@/charts/stack';
import { valueAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { greatest, previousSeries } from '@/features/range/previous';
import { HALF_PX, type TenantChartProps } from './chart-props';
import { markersOf } from './markers';
import { perSecondOf, settled } from './series';

export function RequestsChart({ path, first, events }: TenantChartProps<'requests'>) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const span = spanWords(reading);
  if (source.kind === 'none' || total(frame.values.requests) === 0) {
    const calm = { title: `No requests in ${span}`, text: 'The application asked the cache for nothing.' };
    return <NoData title="Requests" source={source} calm={calm} />;
  }
  const rates = perSecondOf(frame.values.requests, frame);
  const before = previousSeries(reading, ({ requests }) =>
    requests.map((value) => (value === null ? null : value / (frame.stepMs / 1000))),
  );
  const axis = valueAxis(greatest(rates, ...before.map(({ values }) => values)));
  const figure = (value: number) => number(value, placesFor(value));
  return (
    <TimeChart
      finding={requestFinding({ times: frame.times, rates: settled(rates, frame), nowMs: frame.toMs, span })}
      caption={captionWords('Requests per second, mean', reading)}
      grid={frame}
      series={[{ key: 'requests', name: 'Requests', color: 'axis', mark: 'area', values: rates }, ...before]}
      axis={axis}
      format={{
        text: (value) => `${figure(value)}${NO_BREAK_SPACE}/s`,
        cell: figure,
        tick: (value) => `${number(value, value === 0 ? 0 : axis.decimals)}${NO_BREAK_SPACE}/s`,
        unit: 'per second',
      }}
      markers={markersOf(events)}
      height={HALF_PX}
    />
  );
}
