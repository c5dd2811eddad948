import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { moment } from '@/components/ui/times';
import type { AlertState, OwnAlert } from '@/data/alert-schema';
import { AlertBadge } from './alert-badge';
import { valueWords, whatHappened } from './alert-words';
import { whatItMeans } from './own-alert-words';

/** A tenant's alerts in its own words, each with what it means. */
export function OwnAlertsTable({ alerts, state }: { alerts: readonly OwnAlert[]; state: AlertState }) {
  const open = state === 'open';
  return (
    <Table caption={`${open ? 'Open alerts, worst first' : 'Resolved alerts, newest first'}, times in UTC`}>
      <thead>
        <tr>
          <ColumnHead>State</ColumnHead>
          <ColumnHead>What happened</ColumnHead>
          <ColumnHead figure>Value then</ColumnHead>
          <ColumnHead className="pl-5 max-sm:hidden">Since, UTC</ColumnHead>
          {!open && <ColumnHead className="max-sm:hidden">Until, UTC</ColumnHead>}
          {open && <ColumnHead className="max-md:hidden">Seen by operations, UTC</ColumnHead>}
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <Row key={alert.id}>
            <Cell>
              <AlertBadge {...alert} />
            </Cell>
            <RowHead className="py-2.5">
              <span className="font-medium">{whatHappened(alert, 'tenant')}</span>
              {open && <span className="block text-text-secondary">{whatItMeans(alert)}</span>}
              <span className="block text-12 text-text-muted sm:hidden">since {moment(alert.raisedAt)} UTC</span>
            </RowHead>
            <Cell figure>{valueWords(alert.kind, alert.value)}</Cell>
            <Cell className="pl-5 whitespace-nowrap text-text-secondary tabular-nums max-sm:hidden">
              <time dateTime={alert.raisedAt}>{moment(alert.raisedAt)}</time>
            </Cell>
            {!open && (
              <Cell className="whitespace-nowrap text-text-secondary tabular-nums max-sm:hidden">
                {alert.resolvedAt && <time dateTime={alert.resolvedAt}>{moment(alert.resolvedAt)}</time>}
              </Cell>
            )}
            {open && (
              <Cell className="whitespace-nowrap text-text-secondary tabular-nums max-md:hidden">
                {alert.acknowledgedAt ? (
                  <time dateTime={alert.acknowledgedAt}>{moment(alert.acknowledgedAt)}</time>
                ) : (
                  <span className="text-text-muted">not yet</span>
                )}
              </Cell>
            )}
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
