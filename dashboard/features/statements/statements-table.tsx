import Link from 'next/link';
import { ColumnTable, type TableColumn } from '@/components/ui/column-table';
import { money } from '@/components/ui/decimal';
import { type ClosedStatement, periodSlug } from '@/data/statement-schema';
import { METERED } from './metered-columns';
import { periodWords } from './statement-words';

const COLUMNS: readonly TableColumn<ClosedStatement>[] = [
  { head: 'Period, UTC', sorted: 'descending', cell: (statement) => <PeriodLink statement={statement} /> },
  { head: 'Plan', from: 'sm', quiet: true, cell: ({ bill }) => bill?.plan ?? '–' },
  METERED.mbHours,
  METERED.overage,
  { ...METERED.peak, from: 'md' },
  { ...METERED.requests, from: 'sm' },
  {
    head: 'Amount',
    figure: true,
    className: 'font-medium',
    cell: ({ bill }) => (bill ? money(bill.total, bill.currency) : '–'),
  },
];

/** Closed periods of one tenant, newest first. */
export function StatementsTable({ statements }: { statements: readonly ClosedStatement[] }) {
  return (
    <ColumnTable
      caption="Closed statements, newest first"
      columns={COLUMNS}
      rows={statements}
      keyOf={({ periodStart }) => periodStart}
    />
  );
}

function PeriodLink({ statement }: { statement: ClosedStatement }) {
  return (
    <Link
      href={`/my/statements/${encodeURIComponent(periodSlug(statement))}`}
      prefetch={false}
      className="font-medium hover:underline hover:underline-offset-3"
    >
      {periodWords(statement)}
    </Link>
  );
}
