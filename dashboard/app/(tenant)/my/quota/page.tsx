import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ChartCursor } from '@/charts/cursor-store';
import { SectionHead } from '@/components/ui/page-head';
import { SkeletonRows } from '@/components/ui/skeleton';
import { day } from '@/components/ui/times';
import { readOwnAdvice } from '@/data/advice';
import { ownCrossings } from '@/data/crossings';
import { readOwnUsage } from '@/data/own-usage';
import { ownQuotaChanges } from '@/data/quota-changes';
import type { TimeRange } from '@/data/range';
import { readOwnSeries } from '@/data/readings';
import { requireTenantViewer, type TenantViewer } from '@/data/viewer';
import { AdviceBlock } from '@/features/advice/advice-block';
import { Block } from '@/features/live/block';
import { LiveProvider } from '@/features/live/live';
import { ChartSkeleton } from '@/features/live/skeletons';
import { StaleNote } from '@/features/live/stale-note';
import { CrossingsTable } from '@/features/my-quota/crossings';
import { CROSSINGS_PAGE_SIZE, crossingsHref, crossingsPage } from '@/features/my-quota/own-quota-search';
import { ownChangesFinding } from '@/features/my-quota/own-words';
import { PageFrame } from '@/features/navigation/page-frame';
import { RangeTools } from '@/features/range/range-tools';
import { loadRangeParams, rangeOf, rangeQuery } from '@/features/range/search-params';
import { TenantChartBlock, type TenantFeed } from '@/features/tenant/blocks';
import { ChangesList } from '@/features/tenant/changes-list';
import { HALF_PX } from '@/features/tenant/chart-props';
import { TENANT_CHARTS } from '@/features/tenant/series';
import { RemovedTable } from '@/features/usage/removed-table';
import { UsageHead, UsageMeter } from '@/features/usage/usage-head';

export const metadata: Metadata = { title: 'Quota' };

const BASE = '/api/usage';
const YEAR_MS = 365 * 86_400_000;

export default async function OwnQuotaPage({ searchParams }: PageProps<'/my/quota'>) {
  const viewer = await requireTenantViewer();
  const usage = await readOwnUsage(viewer);
  if (!usage) notFound();
  const chosen = await loadRangeParams(searchParams);
  const range = rangeOf(chosen);
  const query = rangeQuery(chosen);
  const page = await crossingsPage(searchParams);
  const feed: TenantFeed = {
    base: BASE,
    query,
    voice: 'tenant',
    read: (chart) => readOwnSeries(viewer, TENANT_CHARTS[chart], range),
    events: ownQuotaChanges(viewer, range).catch(() => []),
  };
  return (
    <LiveProvider fixed={range.preset === undefined}>
      <PageFrame crumbs={[{ label: 'Quota' }]} tools={<RangeTools />}>
        <UsageHead path={`${BASE}/now`} first={usage} />
        <StaleNote />
        <section aria-label="Quota now" className="max-w-[760px]">
          <UsageMeter path={`${BASE}/now`} first={usage} />
        </section>
        <AdviceBlock path="/api/my/advice" read={() => readOwnAdvice(viewer)} voice="tenant" />
        <ChartCursor>
          <TenantChartBlock feed={feed} chart="quota-use" />
          <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[repeat(2,minmax(0,1fr))] lg:gap-x-10">
            <Block
              name="What was removed"
              skeleton={<ChartSkeleton height={HALF_PX} label="What was removed: loading" />}
            >
              <Removed viewer={viewer} range={range} query={query} />
            </Block>
            <TenantChartBlock feed={feed} chart="evictions" />
          </div>
          <TenantChartBlock feed={feed} chart="refusals" />
        </ChartCursor>
        <Block name="Your thresholds" skeleton={<SkeletonRows rows={4} label="Your thresholds: loading" />}>
          <Thresholds viewer={viewer} page={page} query={query} />
        </Block>
        <Block
          name="The changes of your quota"
          skeleton={<SkeletonRows rows={2} label="The changes of your quota: loading" />}
        >
          <Changes viewer={viewer} />
        </Block>
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

interface ThresholdsProps {
  readonly viewer: TenantViewer;
  readonly page: number;
  readonly query: string;
}

async function Thresholds({ viewer, page, query }: ThresholdsProps) {
  const crossings = await ownCrossings(viewer, page, CROSSINGS_PAGE_SIZE);
  return (
    <CrossingsTable
      crossings={crossings}
      page={page}
      pageSize={CROSSINGS_PAGE_SIZE}
      href={(to) => crossingsHref(to, query)}
    />
  );
}

async function Changes({ viewer }: { viewer: TenantViewer }) {
  const nowMs = Date.now();
  const events = await ownQuotaChanges(viewer, { fromMs: nowMs - YEAR_MS, toMs: nowMs });
  return (
    <section>
      <SectionHead title={ownChangesFinding(events)} />
      {events.length > 0 && <ChangesList events={events} time={(atMs) => day(atMs)} named={false} />}
    </section>
  );
}
