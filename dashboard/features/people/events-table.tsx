import { SectionHead } from '@/components/ui/page-head';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { moment } from '@/components/ui/times';
import type { AccountEventRow } from '@/data/people';
import { detailWords, eventWords } from './people-words';

/** What was done to accounts, by whom. */
export function EventsTable({ events, limit }: { events: readonly AccountEventRow[]; limit: number }) {
  return (
    <section>
      <SectionHead title={events.length === 0 ? 'No account was changed yet' : 'Changes of accounts'}>
        {events.length === limit ? `The last ${limit}. ` : ''}Events cannot be edited or deleted.
      </SectionHead>
      {events.length > 0 && (
        <Table caption="Changes of accounts, newest first, times in UTC">
          <thead>
            <tr>
              <ColumnHead>Time, UTC</ColumnHead>
              <ColumnHead>What</ColumnHead>
              <ColumnHead>Account</ColumnHead>
              <ColumnHead className="max-sm:hidden">By</ColumnHead>
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <Row key={event.id}>
                <RowHead className="whitespace-nowrap text-text-secondary">
                  <time dateTime={event.at}>{moment(event.at)}</time>
                </RowHead>
                <Cell>
                  {eventWords(event)}
                  {event.detail && <span className="block text-12 text-text-muted">{detailWords(event)}</span>}
                </Cell>
                <Cell className="[overflow-wrap:anywhere]">
                  {event.account}
                  <span className="block text-12 text-text-muted sm:hidden">by {event.actor}</span>
                </Cell>
                <Cell className="[overflow-wrap:anywhere] max-sm:hidden">{event.actor}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}
