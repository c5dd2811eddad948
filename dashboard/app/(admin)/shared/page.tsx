import type { Metadata } from 'next';
import { ChartCursor } from '@/charts/cursor-store';
import { PageHead } from '@/components/ui/page-head';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { readDatasets } from '@/data/shared';
import { readGroups, readReaders } from '@/data/shared-groups';
import { readSharedSeries } from '@/data/shared-series';
import { requireFleetViewer } from '@/data/viewer';
import { whileUp } from '@/data/while-up';
import { ApiDown } from '@/features/live/api-down';
import { Block } from '@/features/live/block';
import { LiveProvider } from '@/features/live/live';
import { ChartSkeleton, StripSkeleton } from '@/features/live/skeletons';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { RangeTools } from '@/features/range/range-tools';
import { loadRangeParams, rangeOf, rangeQuery } from '@/features/range/search-params';
import { CallsChart } from '@/features/shared/calls-chart';
import { DatasetsTable } from '@/features/shared/datasets-table';
import { GroupsView } from '@/features/shared/groups-view';
import { ReadersView } from '@/features/shared/readers-view';
import { SharedHead } from '@/features/shared/shared-head';
import { SharedHitsChart } from '@/features/shared/shared-hits-chart';
import { sharedHref, sharedSearch } from '@/features/shared/shared-search';
import { HALF_PX } from '@/features/tenant/chart-props';
import { invalidate } from './actions';

export const metadata: Metadata = { title: 'Shared data' };

export default async function SharedPage({ searchParams }: PageProps<'/shared'>) {
  const viewer = await requireFleetViewer();
  const search = await sharedSearch(searchParams);
  const chosen = await loadRangeParams(searchParams);
  const range = rangeOf(chosen);
  const query = rangeQuery(chosen);
  const path = (block: string) => `/api/shared/${block}${query}`;
  const series = readSharedSeries(viewer, range);
  const datasets = whileUp(readDatasets(viewer));
  const names = async () => {
    const answer = await datasets;
    return answer.up ? answer.value.datasets.map(({ dataset }) => dataset) : [];
  };
  const listed = { search, rangeQuery: query };

  const blocks = {
    head: async () => <SharedHead path={path('series')} first={await series} />,
    calls: async () => <CallsChart path={path('series')} first={await series} />,
    hits: async () => <SharedHitsChart path={path('series')} first={await series} />,
    datasets: async () => {
      const answer = await datasets;
      if (!answer.up) return <ApiDown why={answer.why}>Budgets and entries are known to it alone.</ApiDown>;
      return (
        <DatasetsTable
          path={path('datasets')}
          first={answer.value}
          seriesPath={path('series')}
          firstSeries={await series}
        />
      );
    },
    groups: async () => {
      const all = await names();
      const dataset = search.dataset || all[0];
      if (dataset === undefined) return null;
      return (
        <GroupsView
          {...listed}
          path={sharedHref({ ...search, dataset }, path('groups'))}
          first={await readGroups(viewer, { dataset, search: search.group, page: search.page }, range)}
          dataset={dataset}
          datasets={all}
          invalidate={viewer.role === 'viewer' ? undefined : invalidate}
        />
      );
    },
    readers: async () => {
      const dataset = search.dataset || (await names())[0];
      if (dataset === undefined) return null;
      return (
        <ReadersView
          dataset={dataset}
          {...listed}
          path={sharedHref({ ...search, dataset }, path('readers'))}
          first={await readReaders(viewer, { dataset, search: search.reader, page: search.readers }, range)}
        />
      );
    },
  };

  return (
    <LiveProvider fixed={range.preset === undefined}>
      <PageFrame crumbs={[{ label: 'Shared data' }]} tools={<RangeTools />}>
        <Block name="What sharing saved" skeleton={<HeadSkeleton />}>
          <blocks.head />
        </Block>
        <StaleNote />
        <ChartCursor>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-2 lg:gap-x-10">
            <Block name="The calls saved" skeleton={<ChartSkeleton height={HALF_PX} label="Calls saved: loading" />}>
              <blocks.calls />
            </Block>
            <Block name="The hit ratio" skeleton={<ChartSkeleton height={HALF_PX} label="Hit ratio: loading" />}>
              <blocks.hits />
            </Block>
          </div>
        </ChartCursor>
        <Block name="The datasets" skeleton={<SkeletonRows rows={2} label="Datasets: loading" />}>
          <blocks.datasets />
        </Block>
        <Block name="The groups" skeleton={<SkeletonRows rows={15} label="Groups: loading" />}>
          <blocks.groups />
        </Block>
        <Block name="The readers" skeleton={<SkeletonRows rows={10} label="Readers: loading" />}>
          <blocks.readers />
        </Block>
      </PageFrame>
    </LiveProvider>
  );
}

function HeadSkeleton() {
  return (
    <>
      <PageHead title="Shared data">
        <Skeleton className="my-1 h-3.5 w-80 max-w-full" />
      </PageHead>
      <StripSkeleton figures={6} label="Key figures: loading" />
    </>
  );
}
