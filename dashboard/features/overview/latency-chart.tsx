'use client';

import { latencyFinding } from '@/charts/findings/latency';
import { known, latest, type Value } from '@/charts/gaps';
import { milliseconds } from '@/charts/number-format';
import { valueAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { stepWords } from '@/charts/time-format';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { LatencyReading } from '@/data/latency';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { HALF_PX } from '@/features/tenant/chart-props';

/** How long the tiers take to answer a read, over all tenants: the histogram knows none. */
export function LatencyChart({ path, first }: { path: string; first: LatencyReading }) {
  const { reading } = useLive(path, first);
  const { frame, source, asked } = reading;
  const { p50, p95, p99 } = frame.values;
  const all = known([...p50, ...p95, ...p99]);
  if (source.kind === 'none' || all.length === 0) {
    const calm = { title: 'No reads, so no latency', text: `No tenant read anything in ${spanWords(reading)}.` };
    return <NoData title="Latency of reads" source={source} calm={calm} />;
  }
  const axis = valueAxis(Math.max(...all));
  const text = (value: number) => `${milliseconds(value)}${NO_BREAK_SPACE}ms`;
  const last = (values: readonly Value[]) => {
    const value = latest(values);
    return value === null ? null : `${text(value)} ${asked.preset ? 'now' : 'at the end'}`;
  };
  return (
    <TimeChart
      finding={latencyFinding(p99, stepWords(frame.stepMs))}
      caption={captionWords('Time of a read of a tier without loads, ms', reading)}
      grid={frame}
      series={[
        { key: 'p50', name: 'P50', color: 'p50', mark: 'line', values: p50, legendValue: last(p50) },
        { key: 'p95', name: 'P95', color: 'p95', mark: 'line', values: p95, legendValue: last(p95) },
        { key: 'p99', name: 'P99', color: 'p99', mark: 'line', values: p99, legendValue: last(p99) },
      ]}
      axis={axis}
      format={{
        text,
        cell: milliseconds,
        tick: (value) => `${number(value, value === 0 ? 0 : axis.decimals)}${NO_BREAK_SPACE}ms`,
        unit: 'ms',
      }}
      height={HALF_PX}
    />
  );
}
