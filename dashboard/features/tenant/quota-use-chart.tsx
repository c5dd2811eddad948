'use client';

import { quotaUseFinding } from '@/charts/findings/quota-use';
import { latest } from '@/charts/gaps';
import { valueAxis } from '@/charts/ticks';
import { TimeChart } from '@/charts/time-chart';
import { limitMib, MIB, mib } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { Value } from '@/data/series/frame';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { captionWords, spanWords } from '@/features/live/reading-words';
import { greatest, previousSeries } from '@/features/range/previous';
import { type TenantChartProps, WIDE_PX } from './chart-props';
import { markersOf } from './markers';

/** Bytes in use against the quota and the limit in force, with the changes of both. */
export function QuotaUseChart({ path, first, events, voice }: TenantChartProps<'quota-use'>) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const { usedBytes, quotaBytes, hardLimitBytes } = frame.values;
  const now = latest(usedBytes);
  const quota = latest(quotaBytes);
  const hard = latest(hardLimitBytes);
  if (source.kind === 'none' || now === null || quota === null) {
    const calm = {
      title: 'No use recorded yet',
      text: `Nothing was stored or read in ${spanWords(reading)}. The first request makes the first point.`,
    };
    return (
      <NoData
        title={voice === 'tenant' ? 'Your use against your quota' : 'Use against the quota'}
        source={source}
        calm={calm}
      />
    );
  }
  const scale = (values: readonly Value[]) => values.map((value) => (value === null ? null : value / MIB));
  const before = previousSeries(reading, ({ usedBytes: then }) => then);
  const highest = greatest(usedBytes, quotaBytes, hardLimitBytes, ...before.map(({ values }) => values)) / MIB;
  const axis = valueAxis(highest, 1.12);
  const overage = hardLimitBytes.map((value, index) =>
    value !== null && value > (quotaBytes[index] ?? 0) ? value : null,
  );
  const names = voice === 'tenant' ? ['You use', 'Your quota', 'Upper limit'] : ['Used', 'Quota', 'Hard limit'];
  const text = (value: number) => mib(value * MIB);
  return (
    <TimeChart
      finding={quotaUseFinding({
        times: frame.times,
        used: usedBytes,
        quota: quotaBytes,
        hard: hardLimitBytes,
        nowMs: frame.toMs,
        voice,
      })}
      caption={captionWords('MiB', reading)}
      grid={frame}
      series={[
        { key: 'used', name: names[0] ?? '', color: 'used', mark: 'area', values: scale(usedBytes) },
        ...before.map((line) => ({ ...line, values: scale(line.values) })),
      ]}
      limits={[
        {
          key: 'quota',
          name: names[1] ?? '',
          label: `${names[1]} ${limitMib(quota)}`,
          values: scale(quotaBytes),
          legendValue: limitMib(quota),
        },
        ...(hard !== null && overage.some((value) => value !== null)
          ? [
              {
                key: 'hard',
                name: names[2] ?? '',
                label: `${names[2]} ${limitMib(hard)}`,
                values: scale(overage),
                dashed: true,
                legendValue: limitMib(hard),
              },
            ]
          : []),
      ]}
      over={{ series: 'used', limit: 'quota' }}
      extraLegend={
        now > quota
          ? [{ key: 'over', name: 'Over quota', mark: 'area', color: 'exceeded', value: mib(now - quota) }]
          : []
      }
      axis={axis}
      format={{
        text,
        cell: (value) => number(value, 1),
        tick: (value) => `${number(value, value === 0 ? 0 : axis.decimals)}${NO_BREAK_SPACE}MiB`,
        unit: 'MiB',
      }}
      markers={markersOf(events)}
      height={WIDE_PX}
    />
  );
}
