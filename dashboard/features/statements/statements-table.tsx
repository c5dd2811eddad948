import Link from 'next/link';
import { money } from '@/components/ui/decimal';
import { count, mibNumber } from '@/components/ui/figures';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { type ClosedStatement, periodSlug } from '@/data/statement-schema';
import { mbHoursShort } from '../billing/billing-words';
import { periodWords } from './statement-words';

/** Closed periods of one tenant, newest first. */
export function StatementsTable({ statements }: { statements: readonly ClosedStatement[] }) {
  return (
    <Table caption="Closed statements, newest first">
      <thead>
        <tr>
          <ColumnHead aria-sort="descending">Period, UTC</ColumnHead>
          <ColumnHead className="max-sm:hidden">Plan</ColumnHead>
          <ColumnHead figure>MB-hours</ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Above quota
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Peak, MiB
          </ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Requests
          </ColumnHead>
          <ColumnHead figure>Amount</ColumnHead>
        </tr>
      </thead>
      <tbody>
        {statements.map((statement) => (
          <Row key={statement.periodStart}>
            <RowHead>
              <Link
                href={`/my/statements/${encodeURIComponent(periodSlug(statement))}`}
                prefetch={false}
                className="font-medium hover:underline hover:underline-offset-3"
              >
                {periodWords(statement)}
              </Link>
            </RowHead>
            <Cell className="text-text-secondary max-sm:hidden">{statement.bill?.plan ?? '–'}</Cell>
            <Cell figure>{mbHoursShort(statement.mbHours)}</Cell>
            <Cell figure className="text-text-secondary max-md:hidden">
              {mbHoursShort(statement.overageMbHours)}
            </Cell>
            <Cell figure className="text-text-secondary max-md:hidden">
              {mibNumber(statement.peakBytes)}
            </Cell>
            <Cell figure className="text-text-secondary max-sm:hidden">
              {count(statement.requests)}
            </Cell>
            <Cell figure className="font-medium">
              {statement.bill ? money(statement.bill.total, statement.bill.currency) : '–'}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
