'use client';

import { known } from '@/charts/gaps';
import { compactText } from '@/charts/number-format';
import { sum, total } from '@/charts/stack';
import { countAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { number } from '@/components/ui/number';
import type { Value } from '@/data/series/frame';
import type { SharedReading } from '@/data/shared-series';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { HALF_PX } from '@/features/tenant/chart-props';
import { callsFinding } from './shared-words';
import { totalsOf } from './totals';

/** Calls that readers were spared, above those that were made. */
export function CallsChart({ path, first }: { path: string; first: SharedReading }) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const calls = whole(frame.values.calls);
  const saved = whole(frame.values.saved);
  const all = sum(calls, saved);
  const totals = totalsOf(reading);
  if (!totals || total(all) === 0) {
    const calm = {
      title: `Nothing was asked for in ${spanWords(reading)}`,
      text: 'Nobody read shared data and nothing was warmed, so no call was made and none was saved.',
    };
    return <NoData title="API calls saved" source={source} calm={calm} />;
  }
  const text = (value: number) => number(value);
  return (
    <TimeChart
      finding={callsFinding(totals)}
      caption={captionWords('API calls', reading)}
      grid={frame}
      series={[
        { key: 'made', name: 'Made', color: 'miss', mark: 'bar', values: calls, legendValue: figure(totals.calls) },
        { key: 'saved', name: 'Saved', color: 'l1', mark: 'bar', values: saved, legendValue: figure(totals.saved) },
      ]}
      axis={countAxis(Math.max(...known(all)))}
      format={{ text, cell: text, tick: compactText, unit: '' }}
      height={HALF_PX}
    />
  );
}

const figure = (value: number) => compactText(Math.round(value));

function whole(values: readonly Value[]): Value[] {
  return values.map((value) => (value === null ? null : Math.round(value)));
}
