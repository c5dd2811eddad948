import { Boxes, CircleDashed } from 'lucide-react';
import Link from 'next/link';
import { ColumnTable, type TableColumn } from '@/components/ui/column-table';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { count, counted, mibNumber, percent } from '@/components/ui/figures';
import { number } from '@/components/ui/number';
import { SectionHead } from '@/components/ui/page-head';
import type { ResourceReading, ResourceUsage } from '@/data/resources';
import { daysWords, hitRatio, meanLoadMs, resourcesFinding, TOP_RESOURCES } from './resources-words';

/** A tenant may have named its resources by the thousand; the file has them all. */
const MOST_ROWS = 500;

interface ResourcesTableProps {
  readonly reading: ResourceReading;
  readonly all: boolean;
  readonly hrefs: { readonly csv: string; readonly all: string; readonly top: string };
}

const COLUMNS: readonly TableColumn<ResourceUsage>[] = [
  { head: 'Resource', className: '[overflow-wrap:anywhere]', cell: ({ resource }) => <code>{resource}</code> },
  { head: 'Requests', figure: true, sorted: 'descending', cell: ({ requests }) => count(requests) },
  { head: 'Hit rate', figure: true, cell: (row) => percent(hitRatio(row)) ?? 'no requests' },
  { head: 'Misses', figure: true, from: 'sm', cell: ({ misses }) => count(misses) },
  { head: 'Mean load, ms', figure: true, from: 'md', quiet: true, cell: (row) => mean(meanLoadMs(row)) },
  { head: 'Served, MiB', figure: true, from: 'sm', quiet: true, cell: ({ bytesServed }) => mibNumber(bytesServed) },
  { head: 'Written, MiB', figure: true, from: 'md', quiet: true, cell: ({ bytesWritten }) => mibNumber(bytesWritten) },
];

/** What was asked for, by resource: the most asked for first. */
export function ResourcesTable({ reading, all, hrefs }: ResourcesTableProps) {
  const { items, kept } = reading;
  const days = daysWords(reading);
  if (items.length === 0) {
    return (
      <section id="resources">
        <SectionHead title="Usage by resource" />
        {kept ? (
          <Empty icon={Boxes} title={`No resource was asked for on ${days}, UTC`}>
            Counts come to Postgres every few minutes. A longer range may hold some.
          </Empty>
        ) : (
          <Empty icon={CircleDashed} title="Counts by resource are not kept here">
            The API runs without a usage sink that can be read, so it knows no history of resources.
          </Empty>
        )}
      </section>
    );
  }
  const shown = items.slice(0, all ? MOST_ROWS : TOP_RESOURCES);
  return (
    <section id="resources">
      <SectionHead title={resourcesFinding(items)} aside={<ExportLink href={hrefs.csv} size="small" />}>
        Usage by resource, whole UTC days: {days}. The most asked for first.
      </SectionHead>
      <ColumnTable
        caption={`Usage by resource, ${days}, the most asked for first`}
        columns={COLUMNS}
        rows={shown}
        keyOf={({ resource }) => resource}
      />
      {items.length > TOP_RESOURCES && (
        <p className="pt-3 text-13 text-text-secondary">
          {count(shown.length)} of {counted(items.length, 'resource')}.{' '}
          <Link
            href={all ? hrefs.top : hrefs.all}
            scroll={false}
            className="text-brand underline decoration-1 underline-offset-3"
          >
            {all ? `Show the first ${TOP_RESOURCES}` : 'Show all'}
          </Link>
        </p>
      )}
    </section>
  );
}

function mean(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return number(ms, ms < 1 ? 2 : 1);
}
