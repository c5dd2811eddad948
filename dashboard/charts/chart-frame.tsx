'use client';

import { Table2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { type CsvTable, DownloadCsv } from '@/components/ui/download-csv';
import { Legend, type LegendEntry } from './legend';

interface ChartFrameProps {
  readonly finding: string;
  readonly caption: ReactNode;
  readonly legend: readonly LegendEntry[];
  /** Of the plot, in pixels; the table is at least as high. */
  readonly height: number;
  readonly plot: ReactNode;
  readonly table: ReactNode;
  /** What the table holds. */
  readonly csv: () => CsvTable;
}

const TOOL =
  'inline-flex h-[26px] items-center gap-[5px] rounded-2 px-[7px] text-12 text-text-secondary hover:bg-bg-muted hover:text-text aria-pressed:bg-bg-muted aria-pressed:text-text';

/** What every chart has around it: finding, caption, legend in one line, and the plot or its numbers, which can be saved. */
export function ChartFrame({ finding, caption, legend, height, plot, table, csv }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <figure className="relative" aria-labelledby={`${id}-finding`}>
      <figcaption className={asTable ? 'pr-38' : 'pr-19'}>
        <h2 id={`${id}-finding`}>{finding}</h2>
        <p className="mt-0.5 text-12 text-text-muted">{caption}</p>
      </figcaption>
      <div className="absolute -top-[3px] right-0 flex gap-1">
        {asTable && <DownloadCsv name={finding} table={csv} className={TOOL} />}
        <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)} className={TOOL}>
          <Table2 aria-hidden size={14} strokeWidth={1.75} />
          Table
        </button>
      </div>
      <Legend entries={legend} />
      {asTable ? <div style={{ minHeight: height }}>{table}</div> : plot}
    </figure>
  );
}
