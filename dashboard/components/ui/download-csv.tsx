'use client';

import { Download } from 'lucide-react';
import { type CsvValue, csv } from './csv-text';

/** What a table shows, as figures and not as text. */
export interface CsvTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly CsvValue[])[];
}

interface DownloadCsvProps {
  /** Says what is in the file; date and ending are added. */
  readonly name: string;
  /** Made when it is asked for. */
  readonly table: () => CsvTable;
  readonly className: string;
}

/** Saves what the page holds already, so that nothing is asked for. */
export function DownloadCsv({ name, table, className }: DownloadCsvProps) {
  const save = () => {
    const { head, rows } = table();
    const url = URL.createObjectURL(new Blob([csv(head, rows)], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${fileWords(name)}-${new Date().toISOString().slice(0, 10)}.csv`;
    link.click();
    // The browser reads it after the click.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  return (
    <button type="button" onClick={save} className={className}>
      <Download aria-hidden size={14} strokeWidth={1.75} />
      CSV
    </button>
  );
}

function fileWords(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, 80) || 'table';
}
