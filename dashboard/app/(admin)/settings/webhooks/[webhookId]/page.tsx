import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { z } from 'zod';
import { requireFleetViewer } from '@/data/viewer';
import type { DeliveryState } from '@/data/webhook-schema';
import { readWebhook } from '@/data/webhooks';
import { LiveProvider } from '@/features/live/live';
import { LiveSwitch } from '@/features/live/live-switch';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { SettingsNav } from '@/features/settings/settings-nav';
import { DELIVERIES_PAGE_SIZE, deliveriesSearch } from '@/features/webhooks/deliveries-search';
import type { WebhookDeeds } from '@/features/webhooks/webhook-deeds';
import { WebhookView } from '@/features/webhooks/webhook-view';
import { edit, remove, replay, rotate, test } from '../actions';

type Props = PageProps<'/settings/webhooks/[webhookId]'>;

const DEEDS: WebhookDeeds = { change: edit, rotate, test, replay, remove };

/** The title and the page ask for the same webhook; `cache` compares arguments by identity, so they are plain. */
const readingOf = cache(async (webhookId: string, state: DeliveryState | null, page: number) => {
  const viewer = await requireFleetViewer();
  const id = z.uuid().safeParse(webhookId);
  return id.success ? readWebhook(viewer, id.data, { state, page, pageSize: DELIVERIES_PAGE_SIZE }) : undefined;
});

async function asked({ params, searchParams }: Props) {
  const [{ webhookId }, search] = await Promise.all([params, deliveriesSearch(searchParams)]);
  return { search, reading: await readingOf(webhookId, search.state, search.page) };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { reading } = await asked(props);
  return { title: reading ? `Webhook to ${new URL(reading.webhook.origin).host}` : 'Not found' };
}

export default async function WebhookPage(props: Props) {
  const viewer = await requireFleetViewer();
  const { search, reading } = await asked(props);
  if (!reading) notFound();
  const crumbs = [
    { label: 'Settings', href: '/settings' },
    { label: 'Webhooks', href: '/settings/webhooks' },
    { label: new URL(reading.webhook.origin).host },
  ];
  return (
    <LiveProvider fixed={false}>
      <PageFrame crumbs={crumbs} tools={<LiveSwitch fixed={false} />}>
        <SettingsNav />
        <StaleNote />
        <WebhookView first={reading} search={search} {...(viewer.role === 'admin' && { deeds: DEEDS })} />
      </PageFrame>
    </LiveProvider>
  );
}
