import type { Metadata } from 'next';
import { requireFleetViewer } from '@/data/viewer';
import { readWebhooks } from '@/data/webhooks';
import { LiveProvider } from '@/features/live/live';
import { LiveSwitch } from '@/features/live/live-switch';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { SettingsNav } from '@/features/settings/settings-nav';
import { WEBHOOKS_PAGE_SIZE, webhooksSearch } from '@/features/webhooks/deliveries-search';
import { WebhooksView } from '@/features/webhooks/webhooks-view';
import { create } from './actions';

export const metadata: Metadata = { title: 'Webhooks' };

export default async function WebhooksPage({ searchParams }: PageProps<'/settings/webhooks'>) {
  const viewer = await requireFleetViewer();
  const search = await webhooksSearch(searchParams);
  const first = await readWebhooks(viewer, { ...search, pageSize: WEBHOOKS_PAGE_SIZE });
  return (
    <LiveProvider fixed={false}>
      <PageFrame
        crumbs={[{ label: 'Settings', href: '/settings' }, { label: 'Webhooks' }]}
        tools={<LiveSwitch fixed={false} />}
      >
        <SettingsNav />
        <StaleNote />
        <WebhooksView first={first} search={search} {...(viewer.role === 'admin' && { create })} />
      </PageFrame>
    </LiveProvider>
  );
}
