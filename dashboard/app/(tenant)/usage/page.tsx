import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ChartCursor } from '@/charts/cursor-store';
import { readOwnAdvice } from '@/data/advice';
import { readOwnUsage } from '@/data/own-usage';
import { ownQuotaChanges } from '@/data/quota-changes';
import type { TimeRange } from '@/data/range';
import { readOwnSeries } from '@/data/readings';
import { ownResources } from '@/data/resources';
import { requireTenantViewer, type TenantViewer } from '@/data/viewer';
import { AdviceBlock } from '@/features/advice/advice-block';
import { Block } from '@/features/live/block';
import { LiveProvider } from '@/features/live/live';
import { ChartSkeleton } from '@/features/live/skeletons';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { RangeTools } from '@/features/range/range-tools';
import { loadRangeParams, rangeOf, rangeQuery } from '@/features/range/search-params';
import { TenantChartBlock, type TenantFeed } from '@/features/tenant/blocks';
import { HALF_PX } from '@/features/tenant/chart-props';
import { TENANT_CHARTS } from '@/features/tenant/series';
import { RemovedTable } from '@/features/usage/removed-table';
import { ResourcesBlock } from '@/features/usage/resources-block';
import { UsageHead, UsageMeter } from '@/features/usage/usage-head';

export const metadata: Metadata = { title: 'Usage' };

const BASE = '/api/usage';
const HALVES = 'grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[repeat(2,minmax(0,1fr))] lg:gap-x-10';

export default async function UsagePage({ searchParams }: PageProps<'/usage'>) {
  const viewer = await requireTenantViewer();
  const usage = await readOwnUsage(viewer);
  if (!usage) notFound();
  const chosen = await loadRangeParams(searchParams);
  const range = rangeOf(chosen);
  const query = rangeQuery(chosen);
  const feed: TenantFeed = {
    base: BASE,
    query,
    voice: 'tenant',
    read: (chart) => readOwnSeries(viewer, TENANT_CHARTS[chart], range),
    events: ownQuotaChanges(viewer, range).catch(() => []),
  };
  return (
    <LiveProvider fixed={range.preset === undefined}>
      <PageFrame crumbs={[{ label: usage.name }]} tools={<RangeTools compare />}>
        <UsageHead path={`${BASE}/now`} first={usage} />
        <StaleNote />
        <section
          aria-label="Quota now"
          className="grid grid-cols-[minmax(0,1fr)] items-end gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,420px)] lg:gap-10"
        >
          <UsageMeter path={`${BASE}/now`} first={usage} />
          <TenantChartBlock feed={feed} chart="facts" />
        </section>
        <ChartCursor>
          <TenantChartBlock feed={feed} chart="quota-use" />
          <div className={HALVES}>
            <TenantChartBlock feed={feed} chart="hit-rate" />
            <TenantChartBlock feed={feed} chart="requests" />
            <Block
              name="What was removed"
              skeleton={<ChartSkeleton height={HALF_PX} label="What was removed: loading" />}
            >
              <Removed viewer={viewer} range={range} query={query} />
            </Block>
            <TenantChartBlock feed={feed} chart="evictions" />
          </div>
        </ChartCursor>
        <ResourcesBlock
          read={() => ownResources(viewer, range)}
          path="/usage"
          csv={`${BASE}/resources.csv`}
          query={query}
          searchParams={searchParams}
        />
        <AdviceBlock path="/api/my/advice" read={() => readOwnAdvice(viewer)} voice="tenant" />
      </PageFrame>
    </LiveProvider>
  );
}

interface RemovedProps {
  readonly viewer: TenantViewer;
  readonly range: TimeRange;
  readonly query: string;
}

async function Removed({ viewer, range, query }: RemovedProps) {
  const first = await readOwnSeries(viewer, TENANT_CHARTS.evictions, range);
  return <RemovedTable path={`${BASE}/evictions${query}`} first={first} />;
}
