import type { Metadata } from 'next';
import { ChartCursor } from '@/charts/cursor-store';
import { HALVES } from '@/components/ui/halves';
import { readOwnAdvice } from '@/data/advice';
import { ownResources } from '@/data/resources';
import { AdviceBlock } from '@/features/advice/advice-block';
import { LiveProvider } from '@/features/live/live';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { RangeTools } from '@/features/range/range-tools';
import { TenantChartBlock } from '@/features/tenant/blocks';
import { ownPage } from '@/features/usage/own-page';
import { RemovedBlock } from '@/features/usage/removed-block';
import { ResourcesBlock } from '@/features/usage/resources-block';
import { UsageHead, UsageMeter } from '@/features/usage/usage-head';

export const metadata: Metadata = { title: 'Usage' };

export default async function UsagePage({ searchParams }: PageProps<'/usage'>) {
  const { viewer, usage, range, feed } = await ownPage(searchParams);
  return (
    <LiveProvider fixed={range.preset === undefined}>
      <PageFrame crumbs={[{ label: usage.name }]} tools={<RangeTools compare />}>
        <UsageHead path={`${feed.base}/now`} first={usage} />
        <StaleNote />
        <section
          aria-label="Quota now"
          className="grid grid-cols-[minmax(0,1fr)] items-end gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,420px)] lg:gap-10"
        >
          <UsageMeter path={`${feed.base}/now`} first={usage} />
          <TenantChartBlock feed={feed} chart="facts" />
        </section>
        <ChartCursor>
          <TenantChartBlock feed={feed} chart="quota-use" />
          <div className={HALVES}>
            <TenantChartBlock feed={feed} chart="hit-rate" />
            <TenantChartBlock feed={feed} chart="requests" />
            <RemovedBlock feed={feed} />
            <TenantChartBlock feed={feed} chart="evictions" />
          </div>
        </ChartCursor>
        <ResourcesBlock
          read={() => ownResources(viewer, range)}
          path="/usage"
          csv={`${feed.base}/resources.csv`}
          query={feed.query}
          searchParams={searchParams}
        />
        <AdviceBlock path="/api/my/advice" read={() => readOwnAdvice(viewer)} voice="tenant" />
      </PageFrame>
    </LiveProvider>
  );
}
