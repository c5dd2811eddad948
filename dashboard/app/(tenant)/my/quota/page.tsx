import type { Metadata } from 'next';
import { ChartCursor } from '@/charts/cursor-store';
import { HALVES } from '@/components/ui/halves';
import { SectionHead } from '@/components/ui/page-head';
import { SkeletonRows } from '@/components/ui/skeleton';
import { day } from '@/components/ui/times';
import { readOwnAdvice } from '@/data/advice';
import { ownCrossings } from '@/data/crossings';
import { countOwnQuotaChanges, ownQuotaChanges } from '@/data/quota-changes';
import type { TenantViewer } from '@/data/viewer';
import { AdviceBlock } from '@/features/advice/advice-block';
import { Block } from '@/features/live/block';
import { LiveProvider } from '@/features/live/live';
import { StaleNote } from '@/features/live/stale-note';
import { CrossingsTable } from '@/features/my-quota/crossings';
import { CROSSINGS_PAGE_SIZE, crossingsHref, crossingsPage } from '@/features/my-quota/own-quota-search';
import { ownChangesFinding } from '@/features/my-quota/own-words';
import { PageFrame } from '@/features/navigation/page-frame';
import { RangeTools } from '@/features/range/range-tools';
import { TenantChartBlock } from '@/features/tenant/blocks';
import { ChangesList } from '@/features/tenant/changes-list';
import { ownPage } from '@/features/usage/own-page';
import { RemovedBlock } from '@/features/usage/removed-block';
import { UsageHead, UsageMeter } from '@/features/usage/usage-head';

export const metadata: Metadata = { title: 'Quota' };

const YEAR_MS = 365 * 86_400_000;

export default async function OwnQuotaPage({ searchParams }: PageProps<'/my/quota'>) {
  const { viewer, usage, range, feed } = await ownPage(searchParams);
  const page = await crossingsPage(searchParams);
  return (
    <LiveProvider fixed={range.preset === undefined}>
      <PageFrame crumbs={[{ label: 'Quota' }]} tools={<RangeTools />}>
        <UsageHead path={`${feed.base}/now`} first={usage} />
        <StaleNote />
        <section aria-label="Quota now" className="max-w-[760px]">
          <UsageMeter path={`${feed.base}/now`} first={usage} />
        </section>
        <AdviceBlock path="/api/my/advice" read={() => readOwnAdvice(viewer)} voice="tenant" />
        <ChartCursor>
          <TenantChartBlock feed={feed} chart="quota-use" />
          <div className={HALVES}>
            <RemovedBlock feed={feed} />
            <TenantChartBlock feed={feed} chart="evictions" />
          </div>
          <TenantChartBlock feed={feed} chart="refusals" />
        </ChartCursor>
        <Block name="Your thresholds" skeleton={<SkeletonRows rows={4} label="Your thresholds: loading" />}>
          <Thresholds viewer={viewer} page={page} query={feed.query} />
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
  const year = { fromMs: nowMs - YEAR_MS, toMs: nowMs };
  const [events, count] = await Promise.all([ownQuotaChanges(viewer, year), countOwnQuotaChanges(viewer, year)]);
  return (
    <section>
      <SectionHead title={ownChangesFinding(events, count)}>
        {count > events.length && `The newest ${events.length} of ${count.toLocaleString('en-US')} changes.`}
      </SectionHead>
      {events.length > 0 && <ChangesList events={events} time={(atMs) => day(atMs)} named={false} />}
    </section>
  );
}
