'use client';

import { CircleDashed, SearchX } from 'lucide-react';
import Link from 'next/link';
import { ButtonLink } from '@/components/ui/button';
import { ColumnTable, type TableColumn } from '@/components/ui/column-table';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { count, percent } from '@/components/ui/figures';
import { nameClass } from '@/components/ui/name-class';
import { SectionHead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { SearchField } from '@/components/ui/search-field';
import { moment } from '@/components/ui/times';
import type { Reader } from '@/data/shared-access';
import type { ReadersReading } from '@/data/shared-groups';
import { READERS_PAGE_SIZE } from '@/data/shared-schema';
import { useLive } from '@/features/live/live';
import type { AccessViewProps } from './groups-view';
import { sharedHref } from './shared-search';

const COLUMNS: readonly TableColumn<Reader>[] = [
  { head: 'Tenant', cell: (reader) => <ReaderName reader={reader} /> },
  { head: 'Reads', figure: true, sorted: 'descending', cell: ({ reads }) => count(reads) },
  { head: 'Groups', figure: true, from: 'sm', quiet: true, cell: ({ groups }) => count(groups) },
  { head: 'Refused', figure: true, quiet: true, cell: ({ limited }) => count(limited) },
];

/** Who reads a dataset most, and who met the limit. */
export function ReadersView({ path, first, search, rangeQuery, dataset }: AccessViewProps<ReadersReading>) {
  const { reading, hold } = useLive(path, first);
  const { items, total, reads, sinceMs } = reading;
  const [most] = items;
  const lead = most && search.readers === 1 && search.reader === '' ? most : undefined;
  return (
    <section aria-label="Readers" {...hold}>
      <SectionHead
        title={
          lead
            ? `${lead.name ?? lead.tenantId} reads most, ${percent(lead.reads / reads) ?? ''} of all reads`
            : 'Reads by tenant'
        }
      >
        By whole hours, since {moment(sinceMs)} UTC, behind by a minute.
      </SectionHead>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchField
          name="reader"
          label="Search readers by name or id"
          placeholder="Tenant, name or id"
          position="readers"
        />
        {total > 0 && (
          <ExportLink href={sharedHref({ ...search, dataset, readers: 1 }, `/api/shared/readers.csv${rangeQuery}`)} />
        )}
      </div>
      {items.length === 0 ? (
        <Empty
          icon={search.reader === '' && total === 0 ? CircleDashed : SearchX}
          title={
            total > 0
              ? 'This page is beyond the last one'
              : search.reader === ''
                ? 'No tenant read this dataset in the range'
                : `No reader matches “${search.reader}”`
          }
          actions={
            (total > 0 || search.reader !== '') && (
              <ButtonLink size="small" href={sharedHref({ ...search, reader: '', readers: 1 }, `/shared${rangeQuery}`)}>
                Show all readers
              </ButtonLink>
            )
          }
        />
      ) : (
        <>
          <ColumnTable
            caption="Tenants that read the dataset, most reads first"
            columns={COLUMNS}
            rows={items}
            keyOf={({ tenantId }) => tenantId}
          />
          <Pager
            page={search.readers}
            pageSize={READERS_PAGE_SIZE}
            total={total}
            label="Pages of readers"
            href={(readers) => sharedHref({ ...search, readers }, `/shared${rangeQuery}`)}
          />
        </>
      )}
    </section>
  );
}

function ReaderName({ reader: { tenantId, name } }: { reader: Reader }) {
  if (name === undefined) return <code>{tenantId}</code>;
  return (
    <Link
      href={`/tenants/${tenantId}`}
      className={nameClass('font-medium hover:underline hover:underline-offset-3')}
      title={name}
    >
      {name}
    </Link>
  );
}
