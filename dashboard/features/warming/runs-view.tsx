'use client';

import { CircleDashed, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { SectionHead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import type { RunsReading } from '@/data/warming';
import { RUNS_PAGE_SIZE } from '@/data/warming-schema';
import { useLive } from '@/features/live/live';
import { RunFilters } from './run-filters';
import { RunsTable } from './runs-table';
import { type WarmingSearch, warmingHref } from './warming-search';

const RUNNING_MS = 2_000;

interface RunsViewProps {
  readonly path: string;
  readonly first: RunsReading;
  readonly search: WarmingSearch;
  readonly jobs: readonly string[];
}

export function RunsView({ path, first, search, jobs }: RunsViewProps) {
  const { reading, hold } = useLive(path, first, ({ items }) =>
    items.some(({ state }) => state === 'running') ? RUNNING_MS : undefined,
  );
  const { items, total } = reading;
  return (
    <section aria-label="Runs" {...hold}>
      <SectionHead
        title="Runs, newest first"
        aside={
          <div className="flex flex-wrap items-center gap-2">
            <RunFilters jobs={jobs} />
            {total > 0 && <ExportLink href={warmingHref({ ...search, page: 1 }, '/api/warming/runs.csv')} />}
          </div>
        }
      >
        Kept for 30 days after their end.
      </SectionHead>
      {items.length === 0 ? (
        <NoRuns search={search} total={total} />
      ) : (
        <>
          <RunsTable runs={items} />
          <Pager
            page={search.page}
            pageSize={RUNS_PAGE_SIZE}
            total={total}
            words={['Newer', 'Older']}
            href={(page) => warmingHref({ ...search, page })}
          />
        </>
      )}
    </section>
  );
}

function NoRuns({ search: { job, state }, total }: { search: WarmingSearch; total: number }) {
  const filters = [job && `of ${job}`, state && `in the state “${state}”`].filter(Boolean).join(' ');
  if (total === 0 && filters === '') {
    return (
      <Empty icon={CircleDashed} title="No warm-up has run yet">
        A run appears here when its time comes, or when somebody starts one.
      </Empty>
    );
  }
  return (
    <Empty
      icon={SearchX}
      title={total > 0 ? 'This page is beyond the last one' : `There is no run ${filters}`}
      actions={
        <ButtonLink size="small" href="/warming">
          Show all runs
        </ButtonLink>
      }
    />
  );
}
