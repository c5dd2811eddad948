'use client';

import { evictionFinding } from '@/charts/findings/evictions';
import { known } from '@/charts/gaps';
import { compactText } from '@/charts/number-format';
import { sum, total } from '@/charts/stack';
import { countAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { Value } from '@/data/series/frame';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { HALF_PX, type TenantChartProps } from './chart-props';
import { markersOf } from './markers';

const NAMES = {
  operator: ['For space', 'Expired', 'Invalidated'],
  tenant: ['To make room', 'Time was up', 'Data changed'],
} as const;
const THOUSANDS_FROM = 10_000;

/** Entries removed in each step, by reason. Growth between two scrapes is estimated, so entries are rounded to whole ones. */
export function EvictionsChart({ path, first, events, voice }: TenantChartProps<'evictions'>) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const { evictions: space, expirations: expired, invalidations: invalidated } = frame.values;
  const span = spanWords(reading);
  const columns = sum(whole(space), whole(expired), whole(invalidated));
  if (source.kind === 'none' || total(columns) === 0) {
    const calm = {
      title: `Nothing was removed in ${span}`,
      text: 'Every entry is still there: none ran out, none had to make room, none was invalidated.',
    };
    return (
      <NoData title={voice === 'tenant' ? 'What was removed' : 'Evictions by reason'} source={source} calm={calm} />
    );
  }
  const [forSpace, byTime, byChange] = NAMES[voice];
  const axis = countAxis(Math.max(...known(columns)));
  const thousands = axis.max >= THOUSANDS_FROM;
  const entry = (value: number) => `${number(value)}`;
  return (
    <TimeChart
      finding={evictionFinding({ times: frame.times, space, expired, invalidated, nowMs: frame.toMs, span, voice })}
      caption={captionWords('Entries removed', reading)}
      grid={frame}
      series={[
        {
          key: 'space',
          name: forSpace,
          color: 'evict-quota',
          mark: 'bar',
          values: whole(space),
          legendValue: compactText(sumOf(space)),
        },
        {
          key: 'expired',
          name: byTime,
          color: 'evict-expired',
          mark: 'bar',
          values: whole(expired),
          legendValue: compactText(sumOf(expired)),
        },
        {
          key: 'invalidated',
          name: byChange,
          color: 'evict-invalidated',
          mark: 'bar',
          values: whole(invalidated),
          legendValue: compactText(sumOf(invalidated)),
        },
      ]}
      axis={axis}
      format={{
        text: entry,
        cell: entry,
        tick: (value) =>
          thousands ? `${number(value / 1000, value % 1000 === 0 ? 0 : 1)}${NO_BREAK_SPACE}k` : number(value),
        unit: '',
      }}
      markers={markersOf(events)}
      height={HALF_PX}
    />
  );
}

const sumOf = (values: readonly Value[]) => Math.round(total(values));

function whole(values: readonly Value[]): Value[] {
  return values.map((value) => (value === null ? null : Math.round(value)));
}
