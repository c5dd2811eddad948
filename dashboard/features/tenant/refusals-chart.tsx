'use client';

import { known } from '@/charts/gaps';
import { compactText } from '@/charts/number-format';
import { total } from '@/charts/stack';
import { countAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { counted } from '@/components/ui/figures';
import { number } from '@/components/ui/number';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { HALF_PX, type TenantChartProps } from './chart-props';
import { markersOf } from './markers';

/** Writes that were not stored in each step because the limit was reached; the requests were answered all the same. */
export function RefusalsChart({ path, first, events, voice }: TenantChartProps<'refusals'>) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const refused = frame.values.rejections.map((value) => (value === null ? null : Math.round(value)));
  const all = total(refused);
  const span = spanWords(reading);
  const tenant = voice === 'tenant';
  if (source.kind === 'none' || all === 0) {
    const calm = {
      title: tenant ? `Everything you wrote in ${span} was stored` : `No write was refused in ${span}`,
      text: tenant
        ? 'No entry was turned away because your limit was reached.'
        : 'No entry was turned away because the limit was reached.',
    };
    return <NoData title={tenant ? 'What was not stored' : 'Refused writes'} source={source} calm={calm} />;
  }
  const text = (value: number) => number(value);
  return (
    <TimeChart
      finding={`${counted(all, 'entry was', 'entries were')} not stored because ${tenant ? 'your' : 'the'} limit was reached`}
      caption={captionWords('Entries turned away', reading)}
      grid={frame}
      series={[
        {
          key: 'refused',
          name: tenant ? 'Not stored' : 'Refused',
          color: 'error',
          mark: 'bar',
          values: refused,
          legendValue: compactText(all),
        },
      ]}
      axis={countAxis(Math.max(...known(refused)))}
      format={{ text, cell: text, tick: text, unit: '' }}
      markers={markersOf(events)}
      height={HALF_PX}
    />
  );
}
