'use client';

import { CircleX } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCallback, useState } from 'react';
import { ExportLink } from '@/components/ui/export-link';
import { Note } from '@/components/ui/note';
import { PageHead, PageMeta, SectionHead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { moment } from '@/components/ui/times';
import type { Delivery, WebhookReading } from '@/data/webhook-schema';
import { useChange } from '@/features/change/use-change';
import { useLive } from '@/features/live/live';
import { DELIVERIES_PAGE_SIZE, type DeliveriesSearch, deliveriesHref } from './deliveries-search';
import { DeliveriesTable } from './deliveries-table';
import { DeliveryFilter } from './delivery-filter';
import { NoDeliveries } from './no-deliveries';
import { TestNote } from './test-note';
import { WebhookActions } from './webhook-actions';
import type { WebhookDeeds } from './webhook-deeds';
import { WebhookState } from './webhook-state';
import { eventsWords, webhookHeading } from './webhook-words';
import { HearsOf } from './webhooks-table';

interface WebhookViewProps {
  readonly first: WebhookReading;
  readonly search: DeliveriesSearch;
  /** Absent for a role that may not. */
  readonly deeds?: WebhookDeeds;
}

const BOLD = 'font-medium text-text';

/** One webhook: where it is, whether it works, what it was sent; live. */
export function WebhookView({ first, search, deeds }: WebhookViewProps) {
  const router = useRouter();
  const { id } = first.webhook;
  const { reading, hold } = useLive(deliveriesHref(`/api/webhooks/${id}`, search), first);
  const { webhook, url, deliveries, total } = reading;
  const [followed, setFollowed] = useState<{ id: string; what: string }>();
  const test = useChange(
    async () => deeds?.test(id) ?? NOT_ALLOWED,
    (deliveryId) => setFollowed({ id: deliveryId, what: 'The test message' }),
  );
  const replay = useChange(
    async (delivery: Delivery) => deeds?.replay(delivery.id) ?? NOT_ALLOWED,
    (deliveryId) => setFollowed({ id: deliveryId, what: 'The message that was sent again' }),
  );
  const settled = useCallback(() => router.refresh(), [router]);
  const refusal = test.refusal ?? replay.refusal;
  const path = `/settings/webhooks/${id}`;
  return (
    <>
      <PageHead title={webhookHeading(webhook)}>
        <PageMeta>
          <WebhookState {...webhook} />
          <span>
            Hears of{' '}
            <b className={BOLD}>
              <HearsOf webhook={webhook} />
            </b>
          </span>
          <span>
            Told when <b className={BOLD}>{eventsWords(webhook.events)}</b>
          </span>
          <span>
            Made <time dateTime={webhook.createdAt}>{moment(webhook.createdAt)} UTC</time>
          </span>
          <code className="[overflow-wrap:anywhere]">{url ?? webhook.origin}</code>
        </PageMeta>
      </PageHead>
      {deeds && url !== null && (
        <div className="flex flex-wrap gap-2">
          <WebhookActions
            webhook={webhook}
            url={url}
            deeds={deeds}
            testing={test.pending}
            onTest={() => {
              replay.forget();
              test.run();
            }}
          />
        </div>
      )}
      {refusal && (
        <Note icon={CircleX} tone="critical" title="No message was sent">
          {refusal}
        </Note>
      )}
      {followed && (
        <TestNote
          key={`${followed.id} ${followed.what}`}
          webhookId={id}
          deliveryId={followed.id}
          what={followed.what}
          onSettled={settled}
        />
      )}
      <section {...hold}>
        <SectionHead
          title={deliveriesTitle(total, search)}
          aside={<ExportLink href={deliveriesHref(`/api/webhooks/${id}/deliveries.csv`, search)} size="small" />}
        >
          Signed, tried 8 times over 24 hours, kept for 30 days
        </SectionHead>
        <DeliveryFilter />
        {deliveries.length === 0 ? (
          <NoDeliveries search={search} total={total} path={path} />
        ) : (
          <>
            <DeliveriesTable
              deliveries={deliveries}
              {...(deeds && {
                onReplay: (delivery) => {
                  test.forget();
                  setFollowed(undefined);
                  replay.run(delivery);
                },
              })}
            />
            <Pager
              page={search.page}
              pageSize={DELIVERIES_PAGE_SIZE}
              total={total}
              words={['Newer', 'Older']}
              href={(page) => deliveriesHref(path, { ...search, page })}
            />
          </>
        )}
      </section>
    </>
  );
}

const NOT_ALLOWED = { outcome: 'refused', message: 'Only admins send messages.' } as const;

function deliveriesTitle(total: number, { state }: DeliveriesSearch): string {
  const words = { pending: 'waiting', delivered: 'that arrived', 'gave-up': 'given up' };
  const what = state === null ? '' : ` ${words[state]}`;
  if (total === 0) return `No message${what}`;
  return total === 1 ? `1 message${what}` : `${total.toLocaleString('en-US')} messages${what}`;
}
