import type { ReactNode } from 'react';
import { Skeleton } from '@/components/ui/skeleton';
import type { QuotaChangeEvent } from '@/data/quota-changes';
import { Block } from '@/features/live/block';
import { ChartSkeleton } from '@/features/live/skeletons';
import { HALF_PX, WIDE_PX } from './chart-props';
import { EvictionsChart } from './evictions-chart';
import { HitRateChart } from './hit-rate-chart';
import { QuotaUseChart } from './quota-use-chart';
import { RefusalsChart } from './refusals-chart';
import { RequestsChart } from './requests-chart';
import { ResponseTimeChart } from './response-time-chart';
import type { ChartReading, TenantChart } from './series';
import { TenantFacts } from './tenant-facts';

/** Where the charts of one tenant come from; a page for staff and the tenant's own page differ in nothing else. */
export interface TenantFeed {
  /** Without a tenant of its own where the session says whose it is: `/api/usage`. */
  readonly base: string;
  readonly query: string;
  readonly voice: 'operator' | 'tenant';
  readonly read: <Chart extends TenantChart>(chart: Chart) => Promise<ChartReading<Chart>>;
  readonly events: Promise<readonly QuotaChangeEvent[]>;
}

const NAMES: Record<TenantChart, string> = {
  'quota-use': 'The use of the quota',
  'hit-rate': 'The hit rate',
  evictions: 'What was removed',
  requests: 'The requests',
  refusals: 'What was refused',
  'response-time': 'The response time',
  facts: 'The figures',
};

/** One chart, loading and failing on its own. */
export function TenantChartBlock({ feed, chart }: { feed: TenantFeed; chart: TenantChart }) {
  const label = `${NAMES[chart]}: loading`;
  const skeleton =
    chart === 'facts' ? (
      <div role="status" aria-label={label} className="grid h-[186px] content-between py-2">
        {['w-full', 'w-4/5', 'w-full', 'w-3/5', 'w-4/5'].map((width, index) => (
          <Skeleton key={`${width}-${String(index)}`} className={`h-3 ${width}`} />
        ))}
      </div>
    ) : (
      <ChartSkeleton height={chart === 'quota-use' ? WIDE_PX : HALF_PX} label={label} />
    );
  return (
    <Block name={NAMES[chart]} skeleton={skeleton}>
      <Loaded feed={feed} chart={chart} />
    </Block>
  );
}

async function Loaded({ feed, chart }: { feed: TenantFeed; chart: TenantChart }): Promise<ReactNode> {
  const { base, query, voice } = feed;
  const [reading, events] = await Promise.all([feed.read(chart), feed.events]);
  const shared = { path: `${base}/${chart}${query}`, events, voice };
  // What `read` answers has exactly the series of the chart it was asked for.
  if (chart === 'quota-use') return <QuotaUseChart {...shared} first={reading as ChartReading<'quota-use'>} />;
  if (chart === 'hit-rate') return <HitRateChart {...shared} first={reading as ChartReading<'hit-rate'>} />;
  if (chart === 'evictions') return <EvictionsChart {...shared} first={reading as ChartReading<'evictions'>} />;
  if (chart === 'refusals') return <RefusalsChart {...shared} first={reading as ChartReading<'refusals'>} />;
  if (chart === 'requests') return <RequestsChart {...shared} first={reading as ChartReading<'requests'>} />;
  if (chart === 'facts')
    return <TenantFacts path={shared.path} voice={voice} first={reading as ChartReading<'facts'>} />;
  return <ResponseTimeChart {...shared} first={reading as ChartReading<'response-time'>} />;
}
