'use client';

import { Table2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Legend, type LegendEntry } from './legend';

interface ChartFrameProps {
  readonly finding: string;
  readonly caption: ReactNode;
  readonly legend: readonly LegendEntry[];
  /** Of the plot, in pixels; the table is at least as high. */
  readonly height: number;
  readonly plot: ReactNode;
  readonly table: ReactNode;
}

/** What every chart has around it: finding, caption, legend in one line, and the plot or its numbers. */
export function ChartFrame({ finding, caption, legend, height, plot, table }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
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
      <Legend entries={legend} />
      {asTable ? <div style={{ minHeight: height }}>{table}</div> : plot}
    </figure>
  );
}
