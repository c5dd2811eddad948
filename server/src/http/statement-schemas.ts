import { z } from 'zod';
import { pageQuery } from './admin-schemas.js';
import { anyTenantId, decimal, named, pageOf, time, whole } from './answer-schemas.js';
import { instant } from './usage-schemas.js';

const span = { from: instant.optional(), to: instant.optional() };
const inOrder = ({ from, to }: { from?: number | undefined; to?: number | undefined }) =>
  from === undefined || to === undefined || from <= to;
const outOfOrder = { error: 'must not be after to', path: ['from'] };
export const spanQuery = z.strictObject(span).refine(inOrder, outOfOrder);
export const billingQuery = pageQuery.extend(span).refine(inOrder, outOfOrder);
export const periodParam = z.strictObject({ periodStart: instant });

const prices = z.strictObject({
  basePrice: decimal,
  includedMbHours: decimal,
  pricePerMbHour: decimal,
  pricePerOverageMbHour: decimal,
  includedRequests: decimal,
  pricePerMillionRequests: decimal,
  includedGbServed: decimal,
  pricePerGbServed: decimal,
});
const bill = named(
  'Bill',
  z.strictObject({
    formula: z.literal(1),
    plan: z.string(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    minorDigits: whole,
    prices: named('Prices', prices),
    lines: z.array(
      z.strictObject({
        item: z.enum(['base', 'storage', 'overage', 'requests', 'traffic']),
        unit: z.enum(['period', 'MB-hour', 'million requests', 'GB']),
        quantity: decimal,
        included: decimal,
        billable: decimal,
        unitPrice: decimal,
        amount: decimal,
      }),
    ),
    total: decimal,
  }),
);

const figures = {
  tenantId: anyTenantId,
  periodStart: time,
  periodEnd: time.meta({ description: 'Not part of the period' }),
  quotaBytes: whole,
  peakBytes: whole,
  byteMs: z.number().min(0).meta({ description: 'Bytes x milliseconds' }),
  overageByteMs: z.number().min(0),
  mbHours: decimal,
  overageMbHours: decimal,
  timesExceeded: whole,
  requests: whole,
  bytesServed: whole,
  bytesWritten: whole,
  bill: bill.nullable().meta({ description: 'Null where nothing is charged for' }),
};
export const statementAnswer = named('Statement', z.strictObject({ ...figures, closedAt: time }));
export const openStatementAnswer = named(
  'OpenStatement',
  z.strictObject({ ...figures, open: z.literal(true), asOf: time }),
);
export const statementsAnswer = pageOf(statementAnswer);

/** The same of a tenant by its path in the admin API, and by its request in the tenants' own. */
export const STATEMENTS = {
  method: 'get',
  tag: 'Statements',
  summary: 'Closed periods of a tenant',
  query: pageQuery,
  answers: { 200: { description: 'Newest first', body: statementsAnswer } },
} as const;

const CSV = { body: z.string(), mediaType: 'text/csv' } as const;

export const STATEMENTS_CSV = {
  method: 'get',
  tag: 'Statements',
  summary: 'Closed periods of a tenant as CSV',
  description: 'Those that ended after `from` and not after `to`.',
  query: spanQuery,
  answers: { 200: { description: 'Oldest first, RFC 4180', ...CSV } },
} as const;

export const OPEN_STATEMENT = {
  method: 'get',
  tag: 'Statements',
  summary: 'What the period under way would be closed with now',
  answers: { 200: { description: 'As of the last reading', body: openStatementAnswer } },
} as const;

export const STATEMENT = {
  method: 'get',
  tag: 'Statements',
  summary: 'One closed period of a tenant',
  answers: { 200: { description: 'The statement', body: statementAnswer } },
  problems: ['STATEMENT_NOT_FOUND'],
} as const;

export const ALL_STATEMENTS = {
  method: 'get',
  tag: 'Statements',
  summary: 'Closed periods of all tenants',
  description: 'Those that ended after `from` and not after `to`, by the end of the period, then by tenant.',
  query: billingQuery,
  answers: { 200: { description: 'A page of them', body: statementsAnswer } },
} as const;

export const ALL_STATEMENTS_CSV = {
  ...STATEMENTS_CSV,
  summary: 'Closed periods of all tenants as CSV',
} as const;
