import type { Metadata } from 'next';
import { HALVES } from '@/components/ui/halves';
import { SkeletonRows } from '@/components/ui/skeleton';
import { readAlerts, readRulesAtWork } from '@/data/alerts';
import { requireFleetViewer } from '@/data/viewer';
import { readDeliveries } from '@/data/webhooks';
import { ALERTS_PAGE_SIZE, alertsSearch } from '@/features/alerts/alerts-search';
import { AlertsView } from '@/features/alerts/alerts-view';
import { RulesAtWork } from '@/features/alerts/rules-at-work';
import { Block } from '@/features/live/block';
import { LiveProvider } from '@/features/live/live';
import { LiveSwitch } from '@/features/live/live-switch';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { LATEST_DELIVERIES } from '@/features/webhooks/deliveries-search';
import { LatestDeliveries } from '@/features/webhooks/latest-deliveries';
import { acknowledge } from './actions';

export const metadata: Metadata = { title: 'Alerts' };

export default async function AlertsPage({ searchParams }: PageProps<'/alerts'>) {
  const viewer = await requireFleetViewer();
  const search = await alertsSearch(searchParams);
  const first = await readAlerts(viewer, { ...search, pageSize: ALERTS_PAGE_SIZE });

  const blocks = {
    rules: async () => <RulesAtWork reading={await readRulesAtWork(viewer)} />,
    deliveries: async () => <LatestDeliveries first={await readDeliveries(viewer, LATEST_DELIVERIES)} />,
  };

  return (
    <LiveProvider fixed={false}>
      <PageFrame crumbs={[{ label: 'Alerts' }]} tools={<LiveSwitch fixed={false} />}>
        <StaleNote />
        <AlertsView first={first} search={search} {...(viewer.role !== 'viewer' && { acknowledge })} />
        <div className={HALVES}>
          <Block name="The rules" skeleton={<SkeletonRows rows={5} label="Rules: loading" />}>
            <blocks.rules />
          </Block>
          <Block name="The deliveries" skeleton={<SkeletonRows rows={5} label="Deliveries: loading" />}>
            <blocks.deliveries />
          </Block>
        </div>
      </PageFrame>
    </LiveProvider>
  );
}
