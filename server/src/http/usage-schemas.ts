import { z } from 'zod';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
/** A year and a leap day, with the same day of the year before. */
const MAX_DAYS = 367;
const MAX_FLEET_DAYS = 92;
const MAX_POINTS = 2_000;
const DEFAULT_POINTS = 300;

/** Steps of a chart; each is whole sample buckets of 5 minutes. */
const STEPS_MS = {
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '1d': DAY_MS,
} as const;
type Step = keyof typeof STEPS_MS;

const dateError = 'must be a date, such as 2026-10-31';
const date = z
  .string({ error: dateError })
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: dateError, abort: true })
  .refine(isDate, { error: dateError })
  .meta({ format: 'date' });

const timeError = 'must be a time in UTC, such as 2026-10-31T12:00:00Z, or a date';
/** An instant as ISO 8601 in UTC; a date is its midnight. */
export const instant = z
  .string({ error: timeError })
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/, { error: timeError, abort: true })
  .refine((text) => isDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)), { error: timeError })
  .transform((text) => Date.parse(text))
  .meta({ description: timeError.replace('must be a', 'A') });

const daySpan = { from: date.optional(), to: date.optional() };
const daysOf = ({ from, to = dateOf(Date.now()) }: { from?: string | undefined; to?: string | undefined }) => ({
  fromDate: from ?? dateOf(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS),
  toDate: to,
});
type Days = ReturnType<typeof daysOf>;
const inOrder = ({ fromDate, toDate }: Days) => fromDate <= toDate;
const outOfOrder = { error: 'must not be after to', path: ['from'] };
const within =
  (days: number) =>
  ({ fromDate, toDate }: Days) =>
    Date.parse(toDate) - Date.parse(fromDate) < days * DAY_MS;
const tooLong = (days: number) => ({ error: `must be within ${days} days of to`, path: ['from'] });

/** `from` and `to`, both days included; the last 30 days where neither is given. */
export const daySpanQuery = z
  .strictObject(daySpan)
  .transform(daysOf)
  .refine(inOrder, outOfOrder)
  .refine(within(MAX_DAYS), tooLong(MAX_DAYS));

const ORDERS = ['requests', 'misses', 'evictions', 'bytesServed'] as const;
const limitError = 'must be a whole number from 1 to 100';
/** The same of all tenants, a quarter at the most: each day is a row of every tenant. */
export const fleetUsageQuery = z
  .strictObject({
    ...daySpan,
    by: z.enum(ORDERS, { error: `must be one of ${ORDERS.join(', ')}` }).default('requests'),
    limit: z
      .string({ error: limitError })
      .regex(/^([1-9]\d?|100)$/, { error: limitError })
      .transform(Number)
      .meta({ type: 'integer', minimum: 1, maximum: 100 })
      .default(10)
      .meta({ description: 'Rows at most' }),
  })
  .transform(({ by, limit, ...span }) => ({ by, limit, ...daysOf(span) }))
  .refine(inOrder, outOfOrder)
  .refine(within(MAX_FLEET_DAYS), tooLong(MAX_FLEET_DAYS));

/** `from` is included, `to` is not; the last 24 hours where neither is given. Without `step` one that gives up to 300 points. */
export const sampleSpanQuery = z
  .strictObject({
    from: instant.optional(),
    to: instant.optional(),
    step: z
      .enum(Object.keys(STEPS_MS) as [Step, ...Step[]], { error: `must be one of ${Object.keys(STEPS_MS).join(', ')}` })
      .optional(),
  })
  .transform(({ from, to = Date.now(), step }) => {
    const fromMs = from ?? to - DAY_MS;
    return { fromMs, toMs: to, stepMs: step === undefined ? stepFor(to - fromMs) : STEPS_MS[step] };
  })
  .refine(({ fromMs, toMs }) => fromMs < toMs, { error: 'must be before to', path: ['from'] })
  .refine(({ fromMs, toMs, stepMs }) => (toMs - fromMs) / stepMs <= MAX_POINTS, {
    error: `must be longer: at most ${MAX_POINTS} steps fit an answer`,
    path: ['step'],
  });

function stepFor(spanMs: number): number {
  return Object.values(STEPS_MS).find((stepMs) => spanMs / stepMs <= DEFAULT_POINTS) ?? STEPS_MS['1d'];
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

const EARLIEST_DATE = '1970-01-01';

/** No 31st of February, which would be read as a day in March, and no year that databases do not have. */
function isDate(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && dateOf(ms) === text && text >= EARLIEST_DATE;
}
