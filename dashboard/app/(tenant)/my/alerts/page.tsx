import type { Metadata } from 'next';
import { SectionHead } from '@/components/ui/page-head';
import { SkeletonRows } from '@/components/ui/skeleton';
import { readOwnAlertRules, readOwnAlerts } from '@/data/alerts';
import { requireTenantViewer } from '@/data/viewer';
import { ALERTS_PAGE_SIZE, ownAlertsSearch } from '@/features/alerts/alerts-search';
import { OwnAlertsView } from '@/features/alerts/own-alerts-view';
import { RulesList } from '@/features/alerts/rules-list';
import { Block } from '@/features/live/block';
import { LiveProvider } from '@/features/live/live';
import { LiveSwitch } from '@/features/live/live-switch';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';

export const metadata: Metadata = { title: 'Alerts' };

export default async function OwnAlertsPage({ searchParams }: PageProps<'/my/alerts'>) {
  const viewer = await requireTenantViewer();
  const search = await ownAlertsSearch(searchParams);
  const first = await readOwnAlerts(viewer, { ...search, pageSize: ALERTS_PAGE_SIZE });

  const blocks = {
    rules: async () => (
      <section className="max-w-[640px]">
        <SectionHead title="When you are alerted">Your provider can change these rules.</SectionHead>
        <RulesList rules={await readOwnAlertRules(viewer)} voice="tenant" />
      </section>
    ),
  };

  return (
    <LiveProvider fixed={false}>
      <PageFrame crumbs={[{ label: 'Alerts' }]} tools={<LiveSwitch fixed={false} />}>
        <StaleNote />
        <OwnAlertsView first={first} search={search} />
        <Block name="The rules" skeleton={<SkeletonRows rows={3} label="Rules: loading" />}>
          <blocks.rules />
        </Block>
      </PageFrame>
    </LiveProvider>
  );
}
