'use client';

import { Table2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { ChartLimit, ChartMarker, ChartSeries, TimeGrid, ValueFormat } from './chart-model';
import { latest } from './gaps';
import { gridGaps } from './geometry';
import { Legend, type LegendEntry } from './legend';
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

/** A chart with its head: finding, caption, legend in one line with the present values, the plot or its numbers. */
export function TimeChart(props: TimeChartProps) {
  const {
    finding,
    caption,
    grid,
    series,
    axis,
    format,
    limits = [],
    markers = [],
    over,
    extraLegend = [],
    height,
  } = props;
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const rows = valueRows(series, limits, format.text);
  return (
    <figure className="relative" aria-labelledby={`${id}-finding`}>
      <figcaption className="pr-19">
        <h2 id={`${id}-finding`}>{finding}</h2>
        <p className="mt-0.5 text-12 text-text-muted">{caption}</p>
      </figcaption>
      <button
        type="button"
        aria-pressed={asTable}
        onClick={() => setAsTable(!asTable)}
        className="absolute -top-[3px] right-0 inline-flex h-[26px] items-center gap-[5px] rounded-2 px-[7px] text-12 text-text-secondary hover:bg-bg-muted hover:text-text aria-pressed:bg-bg-muted aria-pressed:text-text"
      >
        <Table2 aria-hidden size={14} strokeWidth={1.75} />
        Table
      </button>
      <Legend entries={[...legend(rows), ...extraLegend, ...gapEntry(grid)]} />
      {asTable ? (
        <div style={{ minHeight: height }}>
          <ValuesTable caption={finding} unit={format.unit} grid={grid} rows={rows} cell={format.cell} />
        </div>
      ) : (
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
      )}
    </figure>
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
