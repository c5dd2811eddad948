'use client';

import { latest } from '@/charts/gaps';
import { valueAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { MIB, shareOfQuota } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { Value } from '@/data/series/frame';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { greatest, previousSeries } from '@/features/range/previous';
import { WIDE_PX } from '@/features/tenant/chart-props';
import type { BytesReading } from './series';

const GIB = 1024 * MIB;
const FAR = 3;

/** Bytes in use against the sum of the quotas; MiB for a small fleet, GiB for others. */
export function BytesChart({ path, first }: { path: string; first: BytesReading }) {
  const { reading } = useLive(path, first);
  const { frame, source, capacityBytes } = reading;
  const { usedBytes, quotaBytes } = frame.values;
  const used = latest(usedBytes);
  const sold = latest(quotaBytes);
  if (source.kind === 'none' || used === null || sold === null) {
    const calm = { title: 'No use recorded yet', text: `No tenant stored anything in ${spanWords(reading)}.` };
    return <NoData title="Bytes used and sold" source={source} calm={calm} />;
  }
  const before = previousSeries(reading, ({ usedBytes: then }) => then);
  const highest = greatest(usedBytes, quotaBytes, ...before.map(({ values }) => values));
  // A store with far more room than is sold would press the rest of the picture flat; the caption says what it holds.
  const shown = capacityBytes && capacityBytes <= FAR * highest ? capacityBytes : null;
  const [size, unit] = highest >= 4 * GIB ? [GIB, 'GiB'] : [MIB, 'MiB'];
  const axis = valueAxis(Math.max(highest, shown ?? 0) / size, 1.15);
  const scale = (values: readonly Value[]) => values.map((value) => (value === null ? null : value / size));
  const text = (value: number) => `${number(value, 1)}${NO_BREAK_SPACE}${unit}`;
  return (
    <TimeChart
      finding={`Tenants use ${shareOfQuota(used, sold)} of the quota sold`}
      caption={`${captionWords(`${unit} of the tenants seen`, reading)}${capacityWords(capacityBytes, shown === null)}`}
      grid={frame}
      series={[
        { key: 'used', name: 'Used', color: 'used', mark: 'area', values: scale(usedBytes) },
        ...before.map((line) => ({ ...line, values: scale(line.values) })),
      ]}
      limits={[
        { key: 'sold', name: 'Sold', label: `Sold ${text(sold / size)}`, values: scale(quotaBytes) },
        ...(shown === null
          ? []
          : [
              {
                key: 'capacity',
                name: 'Redis capacity',
                label: `Redis capacity ${text(shown / size)}`,
                values: frame.times.map(() => shown / size),
                dashed: true,
              },
            ]),
      ]}
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

function capacityWords(bytes: number | null, leftOut: boolean): string {
  if (bytes === null || !leftOut) return '';
  if (bytes === 0) return '. Redis has no memory limit';
  const [size, unit] = bytes >= 4 * GIB ? [GIB, 'GiB'] : [MIB, 'MiB'];
  return `. Redis may hold ${number(bytes / size, 1)}${NO_BREAK_SPACE}${unit}`;
}
