import { ArrowDown, ArrowUp } from 'lucide-react';
import Link from 'next/link';
import { groupedDecimal, money } from '@/components/ui/decimal';
import { count, mibNumber } from '@/components/ui/figures';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import type { BillRow } from '@/data/billing';
import { periodSlug } from '@/data/statement-schema';
import { PeriodState } from '../statements/period-state';
import { periodWords } from '../statements/statement-words';
import { type BillingSearch, billingHref, type Sort, sortedBy } from './billing-search';
import { gbNumber, mbHoursShort } from './billing-words';

interface BillingTableProps {
  readonly rows: readonly BillRow[];
  readonly search: BillingSearch;
  /** Set where all amounts have the same one, which then stands in the head. */
  readonly currency: string | undefined;
}

const SORT_WORDS: Record<Sort, string> = {
  total: 'amount',
  name: 'name',
  mbHours: 'MB-hours',
  overage: 'MB-hours above the quota',
  peak: 'greatest use',
  requests: 'requests',
  served: 'bytes served',
};

/** Who owes what: one row for each period. */
export function BillingTable({ rows, search, currency }: BillingTableProps) {
  const order = search.order === 'asc' ? 'ascending' : 'descending';
  return (
    <Table caption={`Periods of the month, sorted by ${SORT_WORDS[search.sort]}, ${order}`}>
      <thead>
        <tr>
          <Head label="Tenant" by="name" search={search} />
          <ColumnHead className="max-sm:hidden">Period, UTC</ColumnHead>
          <Head label="MB-hours" by="mbHours" search={search} figure />
          <Head label="Above quota" by="overage" search={search} className="max-md:hidden" figure />
          <Head label="Peak, MiB" by="peak" search={search} className="max-lg:hidden" figure />
          <Head label="Requests" by="requests" search={search} className="max-md:hidden" figure />
          <Head label="GB served" by="served" search={search} className="max-lg:hidden" figure />
          <Head label={currency ? `Amount, ${currency}` : 'Amount'} by="total" search={search} figure />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <BillingRow key={`${row.tenantId} ${row.startMs}`} row={row} currency={currency} />
        ))}
      </tbody>
    </Table>
  );
}

function BillingRow({ row, currency }: { row: BillRow; currency: string | undefined }) {
  const periodStart = new Date(row.startMs).toISOString();
  const period = { periodStart, periodEnd: new Date(row.endMs).toISOString() };
  const href = `/billing/${row.tenantId}/${encodeURIComponent(periodSlug({ periodStart, open: row.open }))}`;
  return (
    <Row>
      <RowHead>
        <span className="grid min-w-0 justify-items-start">
          <Link
            href={href}
            prefetch={false}
            className="font-medium hover:underline hover:underline-offset-3 sm:whitespace-nowrap"
          >
            {row.name}
          </Link>
          <span className="text-12 text-text-muted">{row.gone ? 'no longer a tenant' : (row.plan ?? 'no prices')}</span>
          <span className="pt-[3px] sm:hidden">
            <PeriodState open={row.open} />
          </span>
        </span>
      </RowHead>
      <Cell className="max-sm:hidden">
        <span className="grid whitespace-nowrap">
          {periodWords(period)}
          <PeriodState open={row.open} />
        </span>
      </Cell>
      <Cell figure>{mbHoursShort(row.mbHours)}</Cell>
      <Cell figure className="text-text-secondary max-md:hidden">
        {mbHoursShort(row.overageMbHours)}
      </Cell>
      <Cell figure className="text-text-secondary max-lg:hidden">
        {mibNumber(row.peakBytes)}
      </Cell>
      <Cell figure className="text-text-secondary max-md:hidden">
        {count(row.requests)}
      </Cell>
      <Cell figure className="text-text-secondary max-lg:hidden">
        {gbNumber(row.bytesServed)}
      </Cell>
      <Cell figure className="font-medium">
        {row.total === null || row.currency === null
          ? '–'
          : currency
            ? groupedDecimal(row.total)
            : money(row.total, row.currency)}
      </Cell>
    </Row>
  );
}

interface HeadProps {
  readonly label: string;
  readonly by: Sort;
  readonly search: BillingSearch;
  readonly figure?: boolean;
  readonly className?: string;
}

function Head({ label, by, search, figure = false, className }: HeadProps) {
  const sorted = search.sort === by;
  const Arrow = search.order === 'asc' ? ArrowUp : ArrowDown;
  return (
    <ColumnHead
      figure={figure}
      className={className}
      {...(sorted && { 'aria-sort': search.order === 'asc' ? 'ascending' : 'descending' })}
    >
      <Link
        href={billingHref(sortedBy(search, by))}
        prefetch={false}
        scroll={false}
        className={`inline-flex items-center gap-[3px] hover:text-text ${sorted ? 'text-text' : ''}`}
      >
        {label}
        {sorted && <Arrow aria-hidden size={12} strokeWidth={1.75} />}
      </Link>
    </ColumnHead>
  );
}
