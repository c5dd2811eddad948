import { Boxes, CircleDashed, Download } from 'lucide-react';
import Link from 'next/link';
import { buttonClass } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { count, counted, mibNumber, percent } from '@/components/ui/figures';
import { number } from '@/components/ui/number';
import { SectionHead } from '@/components/ui/page-head';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import type { ResourceReading, ResourceUsage } from '@/data/resources';
import { daysWords, hitRatio, meanLoadMs, resourcesFinding, TOP_RESOURCES } from './resources-words';

/** A tenant may have named its resources by the thousand; the file has them all. */
const MOST_ROWS = 500;

interface ResourcesTableProps {
  readonly reading: ResourceReading;
  readonly all: boolean;
  readonly hrefs: { readonly csv: string; readonly all: string; readonly top: string };
}

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
      <SectionHead
        title={resourcesFinding(items)}
        aside={
          <a className={buttonClass('plain', 'small')} href={hrefs.csv} download>
            <Download aria-hidden size={14} strokeWidth={1.75} />
            Export CSV
          </a>
        }
      >
        Usage by resource, whole UTC days: {days}. The most asked for first.
      </SectionHead>
      <Rows rows={shown} days={days} />
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

function Rows({ rows, days }: { rows: readonly ResourceUsage[]; days: string }) {
  return (
    <Table caption={`Usage by resource, ${days}, the most asked for first`}>
      <thead>
        <tr>
          <ColumnHead>Resource</ColumnHead>
          <ColumnHead figure aria-sort="descending">
            Requests
          </ColumnHead>
          <ColumnHead figure>Hit rate</ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Misses
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Mean load, ms
          </ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Served, MiB
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Written, MiB
          </ColumnHead>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.resource}>
            <RowHead className="[overflow-wrap:anywhere]">
              <code>{row.resource}</code>
            </RowHead>
            <Cell figure>{count(row.requests)}</Cell>
            <Cell figure>{percent(hitRatio(row)) ?? 'no requests'}</Cell>
            <Cell figure className="max-sm:hidden">
              {count(row.misses)}
            </Cell>
            <Cell figure className="text-text-secondary max-md:hidden">
              {mean(meanLoadMs(row))}
            </Cell>
            <Cell figure className="text-text-secondary max-sm:hidden">
              {mibNumber(row.bytesServed)}
            </Cell>
            <Cell figure className="text-text-secondary max-md:hidden">
              {mibNumber(row.bytesWritten)}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function mean(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return number(ms, ms < 1 ? 2 : 1);
}
