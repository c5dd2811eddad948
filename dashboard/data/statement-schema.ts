import { z } from 'zod';

const decimal = z.string().regex(/^\d{1,40}(\.\d{1,20})?$/);

const LINE = z.object({
  item: z.enum(['base', 'storage', 'overage', 'requests', 'traffic']),
  unit: z.enum(['period', 'MB-hour', 'million requests', 'GB']),
  quantity: decimal,
  included: decimal,
  billable: decimal,
  unitPrice: decimal,
  amount: decimal,
});
/** `amount` is `billable` x `unitPrice` in the currency's minor unit; all are decimals in text. */
export type BillLine = z.infer<typeof LINE>;

export const BILL = z.object({
  formula: z.literal(1),
  plan: z.string(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  minorDigits: z.number(),
  lines: z.array(LINE),
  total: decimal,
});
export type Bill = z.infer<typeof BILL>;

const FIGURES = {
  tenantId: z.string(),
  periodStart: z.string(),
  periodEnd: z.string(),
  quotaBytes: z.number(),
  peakBytes: z.number(),
  mbHours: decimal,
  overageMbHours: decimal,
  timesExceeded: z.number(),
  requests: z.number(),
  bytesServed: z.number(),
  bytesWritten: z.number(),
  /** Null where nothing was charged for when the period was closed. */
  bill: BILL.nullable(),
};

/** A closed period, which never changes. */
export const CLOSED_STATEMENT = z.object({ ...FIGURES, closedAt: z.string() });
export type ClosedStatement = z.infer<typeof CLOSED_STATEMENT>;

/** What the period under way would be closed with now. */
export const OPEN_STATEMENT = z.object({ ...FIGURES, open: z.literal(true), asOf: z.string() });
export type OpenStatement = z.infer<typeof OPEN_STATEMENT>;

export type Statement = ClosedStatement | OpenStatement;

export function isOpen(statement: Statement): statement is OpenStatement {
  return 'open' in statement;
}

/** The period under way, in the place of a period's start. */
export const CURRENT = 'current';

/** How a URL names a period: `current`, a date where it begins at midnight UTC, else its first moment. */
export function periodSlug(statement: Pick<ClosedStatement, 'periodStart'> & { readonly open?: boolean }): string {
  if (statement.open) return CURRENT;
  return statement.periodStart.replace('T00:00:00.000Z', '');
}

const SLUG = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}\.\d{3}Z)?$/;

/** What a URL's segment stands for; undefined where it is neither `current` nor a moment. */
export function periodOfSlug(segment: string): string | undefined {
  const slug = decoded(segment);
  if (slug === CURRENT) return slug;
  return slug !== undefined && SLUG.test(slug) && !Number.isNaN(Date.parse(slug)) ? slug : undefined;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
