'use client';

import Link from 'next/link';
import { count } from '@/components/ui/figures';
import { SectionHead } from '@/components/ui/page-head';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { clock, day } from '@/components/ui/times';
import type { DeliveriesReading } from '@/data/webhook-schema';
import { useLive } from '@/features/live/live';
import { DeliveryAnswer } from './delivery-answer';
import { deliveriesFinding } from './webhook-words';

/** Who was told: the newest messages of all webhooks. */
export function LatestDeliveries({ first }: { first: DeliveriesReading }) {
  const { reading, hold } = useLive('/api/webhooks/deliveries', first);
  return (
    <section {...hold}>
      <SectionHead title={deliveriesFinding(reading)}>Signed webhooks, retried for 24 hours</SectionHead>
      {reading.items.length === 0 ? (
        <p className="border-t border-border pt-3 text-13 text-text-secondary">
          {reading.webhooks === 0 ? 'Alerts are shown here and nowhere else. ' : 'No message was sent in 30 days. '}
          <Link href="/settings/webhooks" className="text-brand underline decoration-1 underline-offset-3">
            {reading.webhooks === 0 ? 'Add a webhook' : 'Webhooks'}
          </Link>
        </p>
      ) : (
        <Table caption="Newest deliveries of all webhooks, times in UTC">
          <thead>
            <tr>
              <ColumnHead>UTC</ColumnHead>
              <ColumnHead>To</ColumnHead>
              <ColumnHead>Answer</ColumnHead>
              <ColumnHead figure className="max-sm:hidden">
                Tries
              </ColumnHead>
            </tr>
          </thead>
          <tbody>
            {reading.items.map((delivery) => (
              <Row key={delivery.id}>
                <RowHead className="whitespace-nowrap text-text-secondary tabular-nums">
                  <time dateTime={delivery.createdAt} className="grid">
                    {clock(delivery.createdAt)}
                    {!isToday(delivery.createdAt) && (
                      <span className="text-12 text-text-muted">{day(delivery.createdAt)}</span>
                    )}
                  </time>
                </RowHead>
                <Cell className="[overflow-wrap:anywhere]">
                  <Link
                    href={`/settings/webhooks/${delivery.webhookId}`}
                    className="hover:underline hover:underline-offset-3"
                  >
                    {new URL(delivery.origin).host}
                  </Link>
                </Cell>
                <Cell>
                  <DeliveryAnswer delivery={delivery} />
                </Cell>
                <Cell figure className="max-sm:hidden">
                  {count(delivery.attempts)}
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

function isToday(at: string): boolean {
  return at.slice(0, 10) === new Date().toISOString().slice(0, 10);
}
