'use client';

import { SlidersHorizontal } from 'lucide-react';
import Link from 'next/link';
import { Button, ButtonLink } from '@/components/ui/button';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { moment } from '@/components/ui/times';
import type { Alert, AlertState } from '@/data/alert-schema';
import { AlertBadge } from './alert-badge';
import { valueWords, whatHappened } from './alert-words';

interface AlertsTableProps {
  readonly alerts: readonly Alert[];
  readonly state: AlertState;
  /** Absent for a role that may not. */
  readonly onAcknowledge?: (alert: Alert) => void;
}

export function AlertsTable({ alerts, state, onAcknowledge }: AlertsTableProps) {
  const open = state === 'open';
  const order = open ? 'Open alerts, worst first' : 'Resolved alerts, newest first';
  return (
    <Table caption={`${order}, times in UTC`}>
      <thead>
        <tr>
          <ColumnHead>State</ColumnHead>
          <ColumnHead>Tenant</ColumnHead>
          <ColumnHead className="max-sm:hidden">What happened</ColumnHead>
          <ColumnHead figure>{open ? 'Value then' : 'From, to'}</ColumnHead>
          <ColumnHead className="pl-5 max-sm:hidden">Since, UTC</ColumnHead>
          {!open && <ColumnHead className="max-sm:hidden">Until, UTC</ColumnHead>}
          <ColumnHead className="max-md:hidden">Acknowledged</ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            <span className="sr-only">Actions</span>
          </ColumnHead>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} open={open} onAcknowledge={onAcknowledge} />
        ))}
      </tbody>
    </Table>
  );
}

interface AlertRowProps {
  readonly alert: Alert;
  readonly open: boolean;
  readonly onAcknowledge: ((alert: Alert) => void) | undefined;
}

function AlertRow({ alert, open, onAcknowledge }: AlertRowProps) {
  const { tenantId, kind, value, resolvedValue, raisedAt, resolvedAt, acknowledgedAt } = alert;
  const what = whatHappened(alert);
  const name = nameOf(alert);
  const ask = onAcknowledge && open && acknowledgedAt === null && (
    <Button
      size="small"
      aria-label={`Acknowledge: ${name}, ${what}`}
      aria-haspopup="dialog"
      onClick={() => onAcknowledge(alert)}
    >
      Acknowledge
    </Button>
  );
  return (
    <Row>
      <Cell>
        <AlertBadge {...alert} />
      </Cell>
      <RowHead className="max-sm:py-2.5">
        <Subject alert={alert} />
        <span className="grid justify-items-start gap-1 text-text-secondary sm:hidden">
          {what}, since {moment(raisedAt)}
          <Acknowledged alert={alert} />
          {ask}
        </span>
      </RowHead>
      <Cell className="max-sm:hidden">{what}</Cell>
      <Cell figure>
        {valueWords(kind, value)}
        {resolvedValue !== null && (
          <span className="text-text-muted">
            <span aria-hidden> → </span>
            <span className="sr-only"> to </span>
            {valueWords(kind, resolvedValue)}
          </span>
        )}
      </Cell>
      <Cell className="pl-5 whitespace-nowrap text-text-secondary tabular-nums max-sm:hidden">
        <time dateTime={raisedAt}>{moment(raisedAt)}</time>
      </Cell>
      {!open && (
        <Cell className="whitespace-nowrap text-text-secondary tabular-nums max-sm:hidden">
          {resolvedAt && <time dateTime={resolvedAt}>{moment(resolvedAt)}</time>}
        </Cell>
      )}
      <Cell className="text-text-secondary max-md:hidden">
        {acknowledgedAt === null ? <span className="text-text-muted">–</span> : <Acknowledged alert={alert} />}
      </Cell>
      <Cell figure className="max-sm:hidden">
        <span className="inline-flex items-center gap-1">
          {ask}
          {tenantId !== null && (
            <ButtonLink
              variant="quiet"
              size="small-icon"
              href={`/alerts/rules/${tenantId}`}
              aria-label={`Alert rules of ${name}`}
              title="Alert rules"
            >
              <SlidersHorizontal aria-hidden size={14} strokeWidth={1.75} />
            </ButtonLink>
          )}
        </span>
      </Cell>
    </Row>
  );
}

/** What an alert is called where it has to be named. */
export function nameOf({ tenantId, tenantName }: Pick<Alert, 'tenantId' | 'tenantName'>): string {
  return tenantName ?? tenantId ?? 'all tenants';
}

const LINK = 'font-medium hover:underline hover:underline-offset-3';

function Subject({ alert }: { alert: Alert }) {
  const { tenantId, tenantName, kind, webhookId } = alert;
  if (kind === 'webhook-disabled' && webhookId !== null) {
    return (
      <Link href={`/settings/webhooks/${webhookId}`} className={LINK}>
        Webhook of {nameOf(alert)}
      </Link>
    );
  }
  if (tenantId === null) return <span className="text-text-muted">all tenants</span>;
  if (tenantName === null) return <code>{tenantId}</code>;
  return (
    <Link href={`/tenants/${tenantId}`} className={LINK}>
      {tenantName}
    </Link>
  );
}

function Acknowledged({ alert: { acknowledgedAt, acknowledgedBy } }: { alert: Alert }) {
  if (acknowledgedAt === null) return null;
  const [person = '', domain] = (acknowledgedBy ?? '').split('@');
  return (
    <span className="inline-flex flex-wrap gap-x-1.5">
      <span>
        {person}
        {domain !== undefined && (
          <>
            <wbr />@{domain}
          </>
        )}
      </span>
      <time dateTime={acknowledgedAt} className="whitespace-nowrap text-text-muted tabular-nums">
        {moment(acknowledgedAt)}
      </time>
    </span>
  );
}
