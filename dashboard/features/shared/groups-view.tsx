'use client';

import { CircleDashed, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { shareOfQuota } from '@/components/ui/figures';
import { SectionHead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { SearchField } from '@/components/ui/search-field';
import { moment } from '@/components/ui/times';
import type { GroupsReading } from '@/data/shared-groups';
import { GROUPS_PAGE_SIZE } from '@/data/shared-schema';
import { useLive } from '@/features/live/live';
import { DatasetFilter } from './dataset-filter';
import { GroupsTable } from './groups-table';
import type { InvalidateAction } from './invalidate-button';
import { type SharedSearch, sharedHref } from './shared-search';

export interface AccessViewProps<Reading> {
  readonly path: string;
  readonly first: Reading;
  readonly search: SharedSearch;
  readonly dataset: string;
  /** Query of the time range, kept by all links. */
  readonly rangeQuery: string;
}

interface GroupsViewProps extends AccessViewProps<GroupsReading> {
  readonly datasets: readonly string[];
  readonly invalidate: InvalidateAction | undefined;
}

/** What was read of a dataset by group, most read first. */
export function GroupsView(props: GroupsViewProps) {
  const { path, first, search, rangeQuery, dataset, datasets, invalidate } = props;
  const { reading, hold } = useLive(path, first);
  const { items, total, sinceMs } = reading;
  const href = (page: number) => sharedHref({ ...search, page }, `/shared${rangeQuery}`);
  return (
    <section aria-label="Groups" {...hold}>
      <SectionHead title={groupsFinding(reading, search)}>
        By whole hours, since {moment(sinceMs)} UTC, behind by a minute. Calls are those of exchanges; one that asks for
        several groups counts for each of them.
      </SectionHead>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchField name="group" label="Search groups by name" placeholder="Group, such as BTC/USDT" />
        {datasets.length > 1 && <DatasetFilter datasets={datasets} chosen={dataset} />}
        {total > 0 && (
          <ExportLink href={sharedHref({ ...search, dataset, page: 1 }, `/api/shared/groups.csv${rangeQuery}`)} />
        )}
      </div>
      {items.length === 0 ? (
        <NoGroups search={search} total={total} first={href(1)} />
      ) : (
        <>
          <GroupsTable dataset={dataset} groups={items} invalidate={invalidate} />
          <Pager page={search.page} pageSize={GROUPS_PAGE_SIZE} total={total} label="Pages of groups" href={href} />
        </>
      )}
    </section>
  );
}

function groupsFinding({ items, reads }: GroupsReading, { group, page }: SharedSearch): string {
  const [most] = items;
  if (!most || page > 1 || group !== '' || reads === 0) return 'Reads by group';
  return `${most.group} is read most, ${shareOfQuota(most.reads, reads)} of all reads`;
}

function NoGroups({ search: { group }, total, first }: { search: SharedSearch; total: number; first: string }) {
  if (total === 0 && group === '') {
    return (
      <Empty icon={CircleDashed} title="No tenant read this dataset in the range">
        Reads of the platform and what a warm-up loads are nobody’s, and not counted here.
      </Empty>
    );
  }
  return (
    <Empty
      icon={SearchX}
      title={total > 0 ? 'This page is beyond the last one' : `No group that was read matches “${group}”`}
      actions={
        <ButtonLink size="small" href={total > 0 ? first : '/shared'}>
          {total > 0 ? 'Go to the first page' : 'Show all groups'}
        </ButtonLink>
      }
    />
  );
}
