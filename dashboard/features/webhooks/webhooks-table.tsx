import Link from 'next/link';
import { nameClass } from '@/components/ui/name-class';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { moment } from '@/components/ui/times';
import type { ListedWebhook, Webhook } from '@/data/webhook-schema';
import { DeliveryAnswer } from './delivery-answer';
import { WebhookState } from './webhook-state';
import { eventsWords } from './webhook-words';

const LINK = 'hover:underline hover:underline-offset-3';

export function WebhooksTable({ webhooks }: { webhooks: readonly ListedWebhook[] }) {
  return (
    <Table caption="Webhooks, those of all tenants first, times in UTC">
      <thead>
        <tr>
          <ColumnHead>Receiver</ColumnHead>
          <ColumnHead className="max-sm:hidden">Hears of</ColumnHead>
          <ColumnHead className="max-md:hidden">Told when</ColumnHead>
          <ColumnHead>State</ColumnHead>
          <ColumnHead>Last delivery</ColumnHead>
          <ColumnHead className="max-md:hidden">Sent, UTC</ColumnHead>
        </tr>
      </thead>
      <tbody>
        {webhooks.map((webhook) => (
          <Row key={webhook.id}>
            <RowHead className="[overflow-wrap:anywhere] max-sm:py-2.5">
              <Link href={`/settings/webhooks/${webhook.id}`} className={`font-medium ${LINK}`}>
                {new URL(webhook.origin).host}
              </Link>
              <span className="block text-12 text-text-secondary sm:hidden">
                <HearsOf webhook={webhook} />
              </span>
            </RowHead>
            <Cell className="max-sm:hidden">
              <HearsOf webhook={webhook} />
            </Cell>
            <Cell className="text-text-secondary max-md:hidden">{eventsWords(webhook.events)}</Cell>
            <Cell>
              <WebhookState {...webhook} />
            </Cell>
            <Cell>
              {webhook.last ? (
                <DeliveryAnswer delivery={webhook.last} />
              ) : (
                <span className="text-12 text-text-muted">none in 30 days</span>
              )}
            </Cell>
            <Cell className="whitespace-nowrap text-text-secondary tabular-nums max-md:hidden">
              {webhook.last ? <time dateTime={webhook.last.createdAt}>{moment(webhook.last.createdAt)}</time> : '–'}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

/** Whose alerts a webhook is told of. */
export function HearsOf({ webhook: { tenantId, tenantName } }: { webhook: Pick<Webhook, 'tenantId' | 'tenantName'> }) {
  if (tenantId === null) return 'All tenants';
  return (
    <Link href={`/tenants/${tenantId}`} className={nameClass(LINK)} title={tenantName ?? tenantId}>
      {tenantName ?? tenantId}
    </Link>
  );
}
