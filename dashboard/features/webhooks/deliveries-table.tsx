'use client';

import { RotateCw } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { count } from '@/components/ui/figures';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { clock, day } from '@/components/ui/times';
import type { Delivery } from '@/data/webhook-schema';
import { DeliveryAnswer } from './delivery-answer';
import { EVENT_WORDS } from './webhook-words';

interface DeliveriesTableProps {
  readonly deliveries: readonly Delivery[];
  /** Absent for a role that may not. */
  readonly onReplay?: (delivery: Delivery) => void;
}

export function DeliveriesTable({ deliveries, onReplay }: DeliveriesTableProps) {
  return (
    <Table caption="Deliveries, newest first, times in UTC">
      <thead>
        <tr>
          <ColumnHead aria-sort="descending">Made, UTC</ColumnHead>
          <ColumnHead>Message</ColumnHead>
          <ColumnHead>Answer</ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Tries
          </ColumnHead>
          {onReplay && (
            <ColumnHead figure className="max-sm:hidden">
              <span className="sr-only">Actions</span>
            </ColumnHead>
          )}
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} onReplay={onReplay} />
        ))}
      </tbody>
    </Table>
  );
}

interface DeliveryRowProps {
  readonly delivery: Delivery;
  readonly onReplay: ((delivery: Delivery) => void) | undefined;
}

function DeliveryRow({ delivery, onReplay }: DeliveryRowProps) {
  const { id, type, state, attempts, createdAt } = delivery;
  const again = onReplay && state !== 'pending' && (
    <Button
      variant="quiet"
      size="small"
      aria-label={`Send again: ${EVENT_WORDS[type]}, ${clock(createdAt)}`}
      onClick={() => onReplay(delivery)}
    >
      <RotateCw aria-hidden size={14} strokeWidth={1.75} />
      Send again
    </Button>
  );
  return (
    <Row>
      <RowHead className="whitespace-nowrap text-text-secondary tabular-nums">
        <time dateTime={createdAt} className="grid">
          {clock(createdAt)}
          {createdAt.slice(0, 10) !== new Date().toISOString().slice(0, 10) && (
            <span className="text-12 text-text-muted">{day(createdAt)}</span>
          )}
        </time>
      </RowHead>
      <Cell>
        {EVENT_WORDS[type]}
        <code className="block text-12 text-text-muted max-md:hidden" title={id}>
          {id.slice(0, 8)}
        </code>
      </Cell>
      <Cell>
        <DeliveryAnswer delivery={delivery} />
        <span className="block sm:hidden">{again}</span>
      </Cell>
      <Cell figure className="max-sm:hidden">
        {count(attempts)}
      </Cell>
      {onReplay && (
        <Cell figure className="max-sm:hidden">
          {again}
        </Cell>
      )}
    </Row>
  );
}
