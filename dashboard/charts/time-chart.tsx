'use client';

import type { ReactNode } from 'react';
import { timeCsv } from './chart-csv';
import { ChartFrame } from './chart-frame';
import type { ChartLimit, ChartMarker, ChartSeries, TimeGrid, ValueFormat } from './chart-model';
import { latest } from './gaps';
import { gridGaps } from './geometry';
import type { LegendEntry } from './legend';
import type { ValueAxis } from './ticks';
import { TimePlot } from './time-plot';
import { valueRows } from './value-rows';
import { ValuesTable } from './values-table';

export interface TimeChartProps {
  /** What the figures say, computed from them. */
  readonly finding: string;
  /** What is drawn, unit, step, source. */
  readonly caption: ReactNode;
  readonly grid: TimeGrid;
  readonly series: readonly ChartSeries[];
  readonly axis: ValueAxis;
  readonly format: ValueFormat;
  readonly limits?: readonly ChartLimit[];
  readonly markers?: readonly ChartMarker[];
  readonly over?: { readonly series: string; readonly limit: string };
  /** Legend entries that are no series of their own, such as the part over the quota. */
  readonly extraLegend?: readonly LegendEntry[];
  /** Of the plot, in pixels. */
  readonly height: number;
}

/** A chart over time; its legend has the present values. */
export function TimeChart(props: TimeChartProps) {
  const {
    finding,
    caption,
    grid,
    series,
    axis,
    format,
    limits = [],
    markers: given = [],
    over,
    extraLegend = [],
    height,
  } = props;
  const rows = valueRows(series, limits, format.text);
  const markers = given.filter(({ at }) => at >= grid.fromMs && at <= grid.toMs);
  return (
    <ChartFrame
      finding={finding}
      caption={caption}
      legend={[...legend(rows), ...extraLegend, ...gapEntry(grid)]}
      height={height}
      plot={
        <TimePlot
          label={finding}
          height={height}
          grid={grid}
          series={series}
          limits={limits}
          markers={markers}
          over={over}
          axis={axis}
          valueTick={format.tick}
          rows={rows}
        />
      }
      table={
        <ValuesTable
          caption={finding}
          unit={format.unit}
          grid={grid}
          rows={rows}
          markers={markers}
          cell={format.cell}
        />
      }
      csv={() => timeCsv(grid, rows, markers, format)}
    />
  );
}

function legend(rows: ReturnType<typeof valueRows>): LegendEntry[] {
  return rows.map(({ key, name, mark, color, values, text, legendValue }) => {
    const present = latest(values);
    const value =
      legendValue === undefined ? (present === null ? undefined : text(present)) : (legendValue ?? undefined);
    return { key, name, mark, color, value };
  });
}

function gapEntry(grid: TimeGrid): LegendEntry[] {
  return gridGaps(grid).length > 0 ? [{ key: 'no-data', name: 'No data', mark: 'gap' }] : [];
}
