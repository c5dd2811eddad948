import type { CsvValue } from '@/components/ui/csv-text';
import { isOpen, type Statement } from '@/data/statement-schema';

export const STATEMENTS_HEAD = [
  'period_start_utc',
  'period_end_utc',
  'closed_at_utc',
  'plan',
  'currency',
  'total',
  'mb_hours',
  'overage_mb_hours',
  'requests',
  'bytes_served',
  'bytes_written',
  'peak_bytes',
  'quota_bytes',
  'times_exceeded',
];

/** One row of a list of statements. */
export function statementCells(statement: Statement): readonly CsvValue[] {
  const { bill } = statement;
  return [
    statement.periodStart,
    statement.periodEnd,
    isOpen(statement) ? null : statement.closedAt,
    bill?.plan,
    bill?.currency,
    bill?.total,
    statement.mbHours,
    statement.overageMbHours,
    statement.requests,
    statement.bytesServed,
    statement.bytesWritten,
    statement.peakBytes,
    statement.quotaBytes,
    statement.timesExceeded,
  ];
}

export const LINES_HEAD = ['item', 'unit', 'quantity', 'included', 'billable', 'unit_price', 'amount', 'currency'];

/** The lines of one statement; the total is their sum, so it has no row. */
export function lineCells({ bill }: Statement): readonly (readonly CsvValue[])[] {
  if (bill === null) return [];
  return bill.lines.map(({ item, unit, quantity, included, billable, unitPrice, amount }) => [
    item,
    unit,
    quantity,
    included,
    billable,
    unitPrice,
    amount,
    bill.currency,
  ]);
}
