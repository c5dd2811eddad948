import { Block } from '@/features/live/block';
import { ChartSkeleton } from '@/features/live/skeletons';
import type { TenantFeed } from '@/features/tenant/blocks';
import { HALF_PX } from '@/features/tenant/chart-props';
import { RemovedTable } from './removed-table';

/** What was removed and why, loading and failing on its own. */
export function RemovedBlock({ feed }: { feed: TenantFeed }) {
  return (
    <Block name="What was removed" skeleton={<ChartSkeleton height={HALF_PX} label="What was removed: loading" />}>
      <Loaded feed={feed} />
    </Block>
  );
}

async function Loaded({ feed }: { feed: TenantFeed }) {
  return <RemovedTable path={`${feed.base}/evictions${feed.query}`} first={await feed.read('evictions')} />;
}
