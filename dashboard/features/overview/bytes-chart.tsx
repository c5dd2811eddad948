'use client';

import { known, latest } from '@/charts/gaps';
import { valueAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { MIB, shareOfQuota } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { Value } from '@/data/series/frame';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { WIDE_PX } from '@/features/tenant/chart-props';
import type { FleetReading } from './series';

const GIB = 1024 * MIB;

/** Bytes in use against the sum of the quotas; MiB for a small fleet, GiB for others. */
export function BytesChart({ path, first }: { path: string; first: FleetReading<'bytes'> }) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const { usedBytes, quotaBytes } = frame.values;
  const used = latest(usedBytes);
  const sold = latest(quotaBytes);
  if (source.kind === 'none' || used === null || sold === null) {
    const calm = { title: 'No use recorded yet', text: `No tenant stored anything in ${spanWords(reading)}.` };
    return <NoData title="Bytes used and sold" source={source} calm={calm} />;
  }
  const highest = Math.max(...known(usedBytes), ...known(quotaBytes));
  const [size, unit] = highest >= 4 * GIB ? [GIB, 'GiB'] : [MIB, 'MiB'];
  const axis = valueAxis(highest / size, 1.15);
  const scale = (values: readonly Value[]) => values.map((value) => (value === null ? null : value / size));
  const text = (value: number) => `${number(value, 1)}${NO_BREAK_SPACE}${unit}`;
  return (
    <TimeChart
      finding={`Tenants use ${shareOfQuota(used, sold)} of the quota sold`}
      caption={captionWords(`${unit} of the tenants seen`, reading)}
      grid={frame}
      series={[{ key: 'used', name: 'Used', color: 'used', mark: 'area', values: scale(usedBytes) }]}
      limits={[{ key: 'sold', name: 'Sold', label: `Sold ${text(sold / size)}`, values: scale(quotaBytes) }]}
      axis={axis}
      format={{
        text,
        cell: (value) => number(value, 1),
        tick: (value) => `${number(value, value === 0 ? 0 : axis.decimals)}${NO_BREAK_SPACE}${unit}`,
        unit,
      }}
      height={WIDE_PX}
    />
  );
}
