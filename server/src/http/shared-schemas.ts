import { z } from 'zod';
import { assertGroup } from '../core/dataset.js';
import { TENANT_ID_PATTERN } from '../core/tenant-id.js';
import { count, page, pageSize, reason, text } from './admin-schemas.js';
import { anyTenantId, named, time, whole } from './answer-schemas.js';
import { instant } from './usage-schemas.js';

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;
const MAX_DAYS = 31;
const MAX_GROUPS = 100;
const MAX_CURSOR_CHARACTERS = 8_192;
const MAX_LIMIT = 500;

const groupError = 'must be a group, such as binance:BTC/USDT: 1 to 128 bytes without braces and spaces';
const group = z.string({ error: groupError }).refine(isGroup, { error: groupError });
const prefixError = 'must be what groups begin with, up to their first colon at least, such as binance:';
const prefix = z
  .string({ error: prefixError })
  .refine((given) => isGroup(given) && given.includes(':'), { error: prefixError })
  .meta({ description: 'What the groups begin with, up to their first colon at least, such as `binance:`' });

interface Span {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
const spanOf = ({ from, to = Date.now() }: Span) => ({
  fromMs: from ?? Math.floor(to / HOUR_MS) * HOUR_MS - (DEFAULT_HOURS - 1) * HOUR_MS,
  untilMs: to,
});
type InMs = ReturnType<typeof spanOf>;
const inOrder = ({ fromMs, untilMs }: InMs) => fromMs < untilMs;
const outOfOrder = { error: 'must be before to', path: ['from'] };
const shortEnough = ({ fromMs, untilMs }: InMs) => untilMs - fromMs <= MAX_DAYS * 24 * HOUR_MS;
const tooLong = { error: `must be within ${MAX_DAYS} days of to`, path: ['from'] };
const span = { from: instant.optional(), to: instant.optional() };

/** Hours that begin from `from` on and before `to`; the present one and the 23 before where neither is given. */
export const ownAccessQuery = z
  .strictObject({ group: group.optional(), ...span, page, pageSize })
  .transform(({ from, to, ...query }) => ({ ...query, ...spanOf({ from, to }) }))
  .refine(inOrder, outOfOrder)
  .refine(shortEnough, tooLong);
export const accessQuery = z
  .strictObject({
    tenant: z.string().regex(TENANT_ID_PATTERN, { error: 'must be a tenant id' }).optional(),
    group: group.optional(),
    ...span,
    page,
    pageSize,
  })
  .transform(({ from, to, ...query }) => ({ ...query, ...spanOf({ from, to }) }))
  .refine(inOrder, outOfOrder)
  .refine(shortEnough, tooLong);

export const sharedEntriesQuery = z
  .strictObject({
    group: group.optional(),
    prefix: prefix.optional(),
    cursor: text(MAX_CURSOR_CHARACTERS).optional(),
    limit: count(MAX_LIMIT).default(50).meta({ description: 'Entries of a page at most' }),
  })
  .refine((query) => query.group === undefined || query.prefix === undefined, {
    error: 'must name either a group or a prefix',
  });

const groupsError = `must be 1 to ${MAX_GROUPS} groups`;
/** Exactly one kind: what is named is what the caller knows to be stale. */
export const sharedInvalidateBody = z
  .strictObject({
    groups: z
      .array(group, { error: groupsError })
      .min(1, { error: groupsError })
      .max(MAX_GROUPS, { error: groupsError })
      .optional(),
    prefix: prefix.optional(),
    all: z.literal(true, { error: 'must be true' }).optional(),
    reason,
  })
  .refine((body) => [body.groups, body.prefix, body.all].filter((given) => given !== undefined).length === 1, {
    error: 'must hold exactly one of groups, prefix and all',
  });

const rateLimit = z
  .strictObject({ limit: whole, windowMs: whole })
  .nullable()
  .meta({ description: 'Reads of each tenant; null: none' });
const share = z.number().min(0).max(1).nullable();

export const datasetAnswer = named(
  'Dataset',
  z.strictObject({
    dataset: z.string(),
    policy: z.string(),
    quotaBytes: whole,
    usedBytes: whole.nullable().meta({ description: 'Null while the shared store does not answer, like `entries`' }),
    entries: whole.nullable(),
    rateLimit,
    keepAccessMs: whole.meta({ description: 'How long it is kept who read what' }),
    process: z
      .strictObject({
        requests: whole,
        l1Hits: whole,
        l2Hits: whole,
        misses: whole,
        hitRate: share.meta({ description: '0 to 1; null without requests, like the next two' }),
        l1HitRate: share,
        l2HitRate: share,
        originCalls: whole,
        originCallsSaved: whole.meta({ description: 'Reads that needed no load' }),
        loadErrors: whole,
        staleServed: whole,
        evictions: whole,
        limited: whole.meta({ description: 'Reads that a tenant’s limit refused' }),
      })
      .meta({ description: 'What the process that answers has counted since it began' }),
  }),
);
export const datasetsAnswer = z.strictObject({ items: z.array(datasetAnswer) });

const access = {
  group: z.string(),
  kind: z.string().meta({ description: 'The first part of the kind' }),
  hour: time.meta({ description: 'When the hour began' }),
  reads: whole,
  limited: whole.meta({ description: 'Refused by the rate limit; not part of `reads`' }),
};
const ofAllPages = { reads: whole.meta({ description: 'Of all pages, like `limited`' }), limited: whole };
const listed = { ...ofAllPages, total: whole, page: whole, pageSize: whole };

export const accessAnswer = z.strictObject({
  dataset: z.string(),
  from: time,
  to: time,
  items: z.array(named('SharedAccess', z.strictObject({ tenantId: anyTenantId, ...access }))),
  ...listed,
});
export const ownAccessAnswer = z.strictObject({
  tenantId: anyTenantId,
  dataset: z.string(),
  from: time,
  to: time,
  items: z.array(named('OwnSharedAccess', z.strictObject(access))),
  ...listed,
});

export const ownDatasetsAnswer = z.strictObject({
  tenantId: anyTenantId,
  items: z.array(
    z.strictObject({
      dataset: z.string(),
      rateLimit,
      hour: time.meta({ description: 'When the present hour began' }),
      reads: whole.meta({ description: 'Within it, behind by a minute' }),
      limited: whole,
    }),
  ),
});

export const sharedEntriesAnswer = z.strictObject({
  dataset: z.string(),
  items: z.array(
    named(
      'SharedEntry',
      z.strictObject({
        group: z.string(),
        kind: z.string(),
        sizeBytes: whole.meta({ description: 'As counted: key, stored value and bookkeeping' }),
        ageMs: whole,
        ttlMs: whole.meta({ description: 'Left of its life, its grace included' }),
        createdAt: time,
        freshUntil: time,
        expiresAt: time,
      }),
    ),
  ),
  next: z.string().nullable().meta({ description: 'The next `cursor`; null: this was the last page' }),
  looked: whole.meta({ description: 'Entries looked at for this page' }),
  unnamed: whole.meta({ description: 'Of them, those whose key is too long to be kept as it is' }),
  asOf: time,
});

export const sharedInvalidationAnswer = z.strictObject({
  dataset: z.string(),
  kind: z.enum(['groups', 'prefix', 'all']),
  pending: z.boolean().meta({
    description: 'The shared store did not answer: this process says it again as soon as it does',
  }),
});

function isGroup(given: string): boolean {
  try {
    assertGroup(given);
    return true;
  } catch {
    return false;
  }
}
