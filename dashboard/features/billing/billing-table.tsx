import { ArrowDown, ArrowUp } from 'lucide-react';
import Link from 'next/link';
import { ColumnTable, type TableColumn } from '@/components/ui/column-table';
import { groupedDecimal, money } from '@/components/ui/decimal';
import { nameClass } from '@/components/ui/name-class';
import type { BillRow } from '@/data/billing';
import { periodSlug } from '@/data/statement-schema';
import { METERED } from '../statements/metered-columns';
import { PeriodState } from '../statements/period-state';
import { periodWords } from '../statements/statement-words';
import { type BillingSearch, billingHref, type Sort, sortedBy } from './billing-search';
import { gbNumber } from './billing-words';

interface BillingTableProps {
  readonly rows: readonly BillRow[];
  readonly search: BillingSearch;
  /** Set where all amounts have the same one, which then stands in the head. */
  readonly currency: string | undefined;
}

interface BillingColumn extends TableColumn<BillRow> {
  readonly by?: Sort;
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

const ORDER_WORDS = { asc: 'ascending', desc: 'descending' } as const;

const COLUMNS: readonly BillingColumn[] = [
  { head: 'Tenant', by: 'name', cell: (row) => <Payer row={row} /> },
  { head: 'Period, UTC', from: 'sm', cell: (row) => <Period row={row} /> },
  { ...METERED.mbHours, by: 'mbHours' },
  { ...METERED.overage, by: 'overage' },
  { ...METERED.peak, by: 'peak', from: 'lg' },
  { ...METERED.requests, by: 'requests', from: 'md' },
  {
    head: 'GB served',
    by: 'served',
    figure: true,
    from: 'lg',
    quiet: true,
    cell: ({ bytesServed }) => gbNumber(bytesServed),
  },
];

/** Who owes what: one row for each period. */
export function BillingTable({ rows, search, currency }: BillingTableProps) {
  return (
    <ColumnTable
      caption={`Periods of the month, sorted by ${SORT_WORDS[search.sort]}, ${ORDER_WORDS[search.order]}`}
      columns={[...COLUMNS, amountColumn(currency)].map((column) => sortable(column, search))}
      rows={rows}
      keyOf={({ tenantId, startMs }) => `${tenantId} ${startMs}`}
    />
  );
}

function amountColumn(common: string | undefined): BillingColumn {
  return {
    head: common ? `Amount, ${common}` : 'Amount',
    by: 'total',
    figure: true,
    className: 'font-medium',
    cell({ total, currency }) {
      if (total === null || currency === null) return '–';
      return common ? groupedDecimal(total) : money(total, currency);
    },
  };
}

const startOf = ({ startMs }: BillRow) => new Date(startMs).toISOString();

function Payer({ row }: { row: BillRow }) {
  const slug = periodSlug({ periodStart: startOf(row), open: row.open });
  return (
    <span className="grid min-w-0 justify-items-start">
      <Link
        href={`/billing/${row.tenantId}/${encodeURIComponent(slug)}`}
        prefetch={false}
        className={nameClass('font-medium hover:underline hover:underline-offset-3')}
        title={row.name ?? undefined}
      >
        {row.name}
      </Link>
      <span className="text-12 text-text-muted">{row.gone ? 'no longer a tenant' : (row.plan ?? 'no prices')}</span>
      <span className="pt-[3px] sm:hidden">
        <PeriodState open={row.open} />
      </span>
    </span>
  );
}

function Period({ row }: { row: BillRow }) {
  return (
    <span className="grid whitespace-nowrap">
      {periodWords({ periodStart: startOf(row), periodEnd: new Date(row.endMs).toISOString() })}
      <PeriodState open={row.open} />
    </span>
  );
}

/** The head of a column that sorts is a link; the arrow shows the direction. */
function sortable({ by, ...column }: BillingColumn, search: BillingSearch): TableColumn<BillRow> {
  if (!by) return column;
  const sorted = search.sort === by;
  const Arrow = search.order === 'asc' ? ArrowUp : ArrowDown;
  const headAs = (
    <Link
      href={billingHref(sortedBy(search, by))}
      prefetch={false}
      scroll={false}
      className={`inline-flex items-center gap-[3px] hover:text-text ${sorted ? 'text-text' : ''}`}
    >
      {column.head}
      {sorted && <Arrow aria-hidden size={12} strokeWidth={1.75} />}
    </Link>
  );
  return { ...column, headAs, ...(sorted && { sorted: ORDER_WORDS[search.order] }) };
}
