import type { Metadata } from 'next';
import { ChartCursor } from '@/charts/cursor-store';
import { HALVES } from '@/components/ui/halves';
import { SkeletonRows } from '@/components/ui/skeleton';
import { expectedAttention, readAttention } from '@/data/attention';
import { readLatency } from '@/data/latency';
import { readFleetSeries } from '@/data/readings';
import { readServices } from '@/data/services';
import { readTopTenants } from '@/data/top-tenants';
import { requireFleetViewer } from '@/data/viewer';
import { Block } from '@/features/live/block';
import { LiveProvider } from '@/features/live/live';
import { ChartSkeleton, StripSkeleton } from '@/features/live/skeletons';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { Attention } from '@/features/overview/attention';
import { AttentionSkeleton } from '@/features/overview/attention-skeleton';
import { BytesChart } from '@/features/overview/bytes-chart';
import { Changes } from '@/features/overview/changes';
import { Figures } from '@/features/overview/figures';
import { HitRatioChart } from '@/features/overview/hit-ratio-chart';
import { LatencyChart } from '@/features/overview/latency-chart';
import { readBytes, readChanges, readFigures } from '@/features/overview/read-block';
import { FLEET_CHARTS } from '@/features/overview/series';
import { Services } from '@/features/overview/services';
import { TopTenants } from '@/features/overview/top-tenants';
import { RangeTools } from '@/features/range/range-tools';
import { loadRangeParams, rangeOf, rangeQuery } from '@/features/range/search-params';
import { HALF_PX, WIDE_PX } from '@/features/tenant/chart-props';
import { EvictionsChart } from '@/features/tenant/evictions-chart';

export const metadata: Metadata = { title: 'Overview' };

const WIDE_SPLIT = 'grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)] lg:gap-x-10';

export default async function OverviewPage({ searchParams }: PageProps<'/'>) {
  const viewer = await requireFleetViewer();
  const chosen = await loadRangeParams(searchParams);
  const range = rangeOf(chosen);
  const expected = await expectedAttention(viewer);
  const path = (block: string) => `/api/overview/${block}${rangeQuery(chosen)}`;

  const blocks = {
    attention: async () => (
      <Attention path={path('attention')} first={await readAttention(viewer)} canEdit={viewer.role === 'admin'} />
    ),
    figures: async () => <Figures path={path('figures')} first={await readFigures(viewer, range)} />,
    hitRatio: async () => (
      <HitRatioChart path={path('hit-ratio')} first={await readFleetSeries(viewer, FLEET_CHARTS['hit-ratio'], range)} />
    ),
    bytes: async () => <BytesChart path={path('bytes')} first={await readBytes(viewer, range)} />,
    latency: async () => <LatencyChart path={path('latency')} first={await readLatency(viewer, range)} />,
    evictions: async () => (
      <EvictionsChart
        path={path('evictions')}
        first={await readFleetSeries(viewer, FLEET_CHARTS.evictions, range)}
        events={[]}
        voice="operator"
      />
    ),
    top: async () => <TopTenants path={path('top-tenants')} first={await readTopTenants(viewer, range)} />,
    changes: async () => <Changes path={path('changes')} first={await readChanges(viewer)} />,
    services: async () => <Services path={path('services')} first={await readServices(viewer)} />,
  };

  return (
    <LiveProvider fixed={range.preset === undefined}>
      <PageFrame crumbs={[{ label: 'Overview' }]} tools={<RangeTools compare />}>
        <Block name="What needs attention" skeleton={<AttentionSkeleton {...expected} />}>
          <blocks.attention />
        </Block>
        <StaleNote />
        <Block name="The key figures" skeleton={<StripSkeleton figures={6} label="Key figures: loading" />}>
          <blocks.figures />
        </Block>
        <ChartCursor>
          <div className={WIDE_SPLIT}>
            <Block name="The hit ratio" skeleton={<ChartSkeleton height={WIDE_PX} label="Hit ratio: loading" />}>
              <blocks.hitRatio />
            </Block>
            <Block
              name="Bytes used"
              skeleton={<ChartSkeleton height={WIDE_PX} label="Bytes used: loading" longCaption />}
            >
              <blocks.bytes />
            </Block>
          </div>
        </ChartCursor>
        <ChartCursor>
          <div className={HALVES}>
            <Block name="The latency" skeleton={<ChartSkeleton height={HALF_PX} label="Latency: loading" />}>
              <blocks.latency />
            </Block>
            <Block name="The evictions" skeleton={<ChartSkeleton height={HALF_PX} label="Evictions: loading" />}>
              <blocks.evictions />
            </Block>
          </div>
        </ChartCursor>
        <Block name="The tenants" skeleton={<SkeletonRows rows={8} label="Tenants: loading" />}>
          <blocks.top />
        </Block>
        <div className={WIDE_SPLIT}>
          <Block name="The changes" skeleton={<SkeletonRows rows={5} label="Quota changes: loading" />}>
            <blocks.changes />
          </Block>
          <Block name="The services" skeleton={<SkeletonRows rows={5} label="Services: loading" />}>
            <blocks.services />
          </Block>
        </div>
      </PageFrame>
    </LiveProvider>
  );
}
