import 'server-only';
import { z } from 'zod';
import { type BillingMonth, monthSpan, presentMonth } from './billing-month';
import { billRows } from './billing-rows';
import { database } from './database';
import type { FleetViewer } from './viewer';

const WHOLE = z.number();

const BILL_ROW = z.object({
  tenantId: z.string(),
  name: z.string(),
  /** The tenant is in the directory no more; what it used is still owed. */
  gone: z.boolean(),
  /** The period is under way: its figures still grow. */
  open: z.boolean(),
  startMs: z.number(),
  endMs: z.number(),
  /** Null, as the two after it, where nothing was charged for. */
  plan: z.string().nullable(),
  currency: z.string().nullable(),
  total: z.string().nullable(),
  mbHours: z.string(),
  overageMbHours: z.string(),
  peakBytes: WHOLE,
  requests: WHOLE,
  bytesServed: WHOLE,
});
/** One tenant's period in a month: closed, or what the one under way comes to so far. */
export type BillRow = z.infer<typeof BILL_ROW>;

const SUM = z.object({
  currency: z.string().nullable(),
  total: z.string().nullable(),
  closedTotal: z.string().nullable(),
  open: WHOLE,
  closed: WHOLE,
  mbHours: z.string(),
  overageMbHours: z.string(),
  requests: WHOLE,
  bytesServed: WHOLE,
});
/** What all periods of a month come to in one currency; exact decimals in text. */
export type BillSum = z.infer<typeof SUM>;

export interface BillingQuery {
  month: BillingMonth;
  /** Part of a tenant's name or id. The sums are of all tenants in any case. */
  search: string;
  sort: 'total' | 'name' | 'mbHours' | 'overage' | 'peak' | 'requests' | 'served';
  order: 'asc' | 'desc';
  /** From 1. */
  page: number;
  pageSize: number;
}

export interface BillingPage {
  readonly items: readonly BillRow[];
  /** How many periods match the search. */
  readonly total: number;
  /** The greatest first. */
  readonly sums: readonly BillSum[];
  /** When the first period of all ended; undefined where none has. */
  readonly firstEndMs: number | undefined;
}

const NO_MORE_TENANTS = 2_147_483_647;
/** Of which the periods of a month are read at once for a file. */
const TENANTS_PER_STEP = 250;

/** Who owes what for a month: the present one has the periods under way, too. Read where it is kept, in Postgres. */
export async function readBilling(viewer: FleetViewer, query: BillingQuery): Promise<BillingPage> {
  const { month, page, pageSize, ...rest } = query;
  const read = await database().asAdmin(viewer.email, (tx) =>
    billRows(tx, {
      ...rest,
      ...monthSpan(month),
      open: month === presentMonth(),
      after: '',
      tenants: NO_MORE_TENANTS,
      limit: pageSize,
      offset: (page - 1) * pageSize,
    }),
  );
  return {
    items: z.array(BILL_ROW).parse(read.items),
    total: read.matching,
    sums: z.array(SUM).parse(read.sums),
    firstEndMs: read.firstEndMs ?? undefined,
  };
}

/** The same as steps of a file, by tenant: never more than some tenants at once, each once. */
export async function* billingSteps(
  viewer: FleetViewer,
  { month, search }: Pick<BillingQuery, 'month' | 'search'>,
): AsyncGenerator<readonly BillRow[]> {
  const open = month === presentMonth();
  for (let after = ''; ; ) {
    const { items, tenants, lastTenant } = await database().asAdmin(viewer.email, (tx) =>
      billRows(tx, {
        ...monthSpan(month),
        open,
        search,
        after,
        tenants: TENANTS_PER_STEP,
        sort: 'tenant',
        order: 'asc',
        limit: NO_MORE_TENANTS,
        offset: 0,
      }),
    );
    yield z.array(BILL_ROW).parse(items);
    if (tenants < TENANTS_PER_STEP || lastTenant === null) return;
    after = lastTenant;
  }
}
