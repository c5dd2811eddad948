'use client';

import { sizeCsv } from './chart-csv';
import { ChartFrame } from './chart-frame';
import type { LegendEntry } from './legend';
import { type SizeCurveProps, sizeText } from './size-model';
import { SizePlot } from './size-plot';
import { SizeTable } from './size-table';

/** A share by the size of a cache, with the present size marked. */
export function SizeCurve(props: SizeCurveProps) {
  const { finding, caption, rows, present, names, height } = props;
  const legend: LegendEntry[] = [
    { key: 'rate', name: names.rate, mark: 'line', color: 'l1' },
    ...(present
      ? [{ key: 'present', name: names.present, mark: 'line', color: 'limit', value: sizeText(present.mib) } as const]
      : []),
  ];
  return (
    <ChartFrame
      finding={finding}
      caption={caption}
      legend={legend}
      height={height}
      plot={<SizePlot {...props} />}
      table={<SizeTable finding={finding} rows={rows} present={present} names={names} />}
      csv={() => sizeCsv(props)}
    />
  );
}
