import { z } from 'zod';
import { ENFORCEMENTS_OF_OTHERS, isPercentage } from '../core/fleet.js';
import { ENFORCEMENTS, EVICTION_POLICIES } from '../core/quota.js';
import { type FieldError, RequestInvalidError } from './problem.js';

/** 1 TiB: far above any cache, far below where a double loses bytes. */
const MAX_QUOTA_MB = 1_048_576;

/**
 * No control characters but tab and line ends, no lone surrogates: a database refuses the one, alters the other. None that
 * turn the direction of what follows: it would be read backwards.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;
const printable = (text: string): boolean => !UNPRINTABLE.test(text.replaceAll(/[\t\r\n]/g, ' '));

function mib(min: number) {
  const error = `must be a whole number of MiB from ${min} to ${MAX_QUOTA_MB}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(MAX_QUOTA_MB, { error });
}

/** Of a parameter, which may be given twice; `parse` says it of a body in other words. */
const ONE_TEXT = 'must be given once, as text';

export function text(max: number) {
  return z
    .string({ error: ONE_TEXT })
    .max(max, { error: `must have at most ${max} characters` })
    .refine(printable, { error: 'must not hold control characters' });
}

export function count(max: number) {
  const error = `must be a whole number from 1 to ${max}`;
  return z
    .string({ error })
    .regex(/^[1-9]\d{0,6}$/, { error })
    .transform(Number)
    .refine((value) => value <= max, { error })
    .meta({ type: 'integer', minimum: 1, maximum: max });
}

export const reason = text(500).trim().min(3, { error: 'must say why, in 3 to 500 characters' });

export const settings = {
  quotaMb: mib(1).optional(),
  overageAllowed: z.boolean({ error: 'must be true or false' }).optional(),
  overageLimitMb: mib(0).optional(),
  policy: z.enum(EVICTION_POLICIES, { error: `must be one of ${EVICTION_POLICIES.join(', ')}` }).optional(),
  enforcement: z.enum(ENFORCEMENTS, { error: `must be one of ${ENFORCEMENTS.join(', ')}` }).optional(),
};
export type SettingsChange = z.infer<z.ZodObject<typeof settings>>;

export const page = count(100_000).default(1);
export const pageSize = count(100).default(25);

export const previewBody = z.strictObject(settings);
export const quotaBody = z
  .strictObject({ ...settings, reason })
  .refine((body) => Object.keys(body).length > 1, { error: 'must change something besides the reason' });
export const fleetBody = z
  .strictObject({
    enforcedPercentage: z
      .number({ error: 'must be a number from 0 to 100' })
      .refine(isPercentage, { error: 'must be 0 to 100, with two decimals at the most' })
      .optional(),
    enforcementOfOthers: z
      .enum(ENFORCEMENTS_OF_OTHERS, { error: `must be one of ${ENFORCEMENTS_OF_OTHERS.join(', ')}` })
      .optional(),
    sharedStoreBypassed: z.boolean({ error: 'must be true or false' }).optional(),
    reason,
  })
  .refine((body) => Object.keys(body).length > 1, { error: 'must change something besides the reason' });
export const pageQuery = z.strictObject({ page, pageSize });
/** Of a route that takes no parameters: a typo must not look as if it had done something. */
export const noQuery = z.strictObject({});
export const clearBody = z.strictObject({ reason });
export const reconcileBody = z.strictObject({
  orphans: z.boolean({ error: 'must be true or false' }).default(true),
  reason,
});

const MAX_ERRORS = 20;

/** @throws RequestInvalidError with one message for each field that is wrong, unknown fields included, 20 at the most: the last says how many more */
export function parse<S extends z.ZodType>(schema: S, given: unknown, what: 'body' | 'query'): z.infer<S> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue): FieldError[] => {
    if (issue.code === 'unrecognized_keys') {
      const message = unknownField(schema, issue.path);
      return issue.keys.map((key) => ({ field: key.slice(0, 64), message }));
    }
    const field = issue.path.map(String).join('.').slice(0, 200) || what;
    const isWhole = field === what && issue.code === 'invalid_type';
    if (isWhole) return [{ field, message: 'must be a JSON object (Content-Type: application/json)' }];
    const isText = what === 'body' && issue.message === ONE_TEXT;
    return [{ field, message: isText ? textExpected(given, issue.path) : issue.message }];
  });
  throw new RequestInvalidError(bounded(errors, what));
}

/** A small body may be wrong in thousands of places. */
function bounded(errors: readonly FieldError[], what: 'body' | 'query'): readonly FieldError[] {
  if (errors.length <= MAX_ERRORS) return errors;
  const told = errors.slice(0, MAX_ERRORS - 1);
  return [...told, { field: what, message: `has ${errors.length - told.length} more errors` }];
}

/** Names the fields that are known, but for those of objects within a body. */
function unknownField(schema: z.ZodType, path: readonly PropertyKey[]): string {
  const known = path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined;
  if (known === undefined) return 'is not a known field';
  return known.length === 0 ? 'is not a known field: none is' : `is not a known field: known are ${known.join(', ')}`;
}

function textExpected(given: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>(
    (within, name) => (within as Record<PropertyKey, unknown> | undefined)?.[name],
    given,
  );
  return value === undefined ? 'must be given' : 'must be text';
}
