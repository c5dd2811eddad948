import { z } from 'zod';
import { MAX_KEY_BYTES, RESOURCE_PATTERN } from '../core/resource.js';
import { MAX_TAGS_PER_INVALIDATION, tagList } from '../core/tags.js';
import { reason } from './admin-schemas.js';
import { anyTenantId, named, time, whole } from './answer-schemas.js';

export const MAX_VALUE_BYTES = 256 * 1024;
const MAX_KEYS = 1_000;
const MAX_LIMIT = 500;
const MAX_CURSOR_CHARACTERS = 8_192;

const text = (error: string) => z.string({ error });
const fits = (value: string) => value.isWellFormed() && Buffer.byteLength(value) <= MAX_KEY_BYTES;

const resourceError = 'must be the name of a resource';
const resource = text(resourceError).regex(RESOURCE_PATTERN, { error: resourceError });
const keyError = `must be 1 to ${MAX_KEY_BYTES} bytes of text`;
const key = text(keyError).min(1, { error: keyError }).refine(fits, { error: keyError });
const prefixError = `must be at most ${MAX_KEY_BYTES} bytes of text`;
const prefix = text(prefixError).refine(fits, { error: prefixError });
const keysError = `must be 1 to ${MAX_KEYS} keys`;
const keys = z.array(key, { error: keysError }).min(1, { error: keysError }).max(MAX_KEYS, { error: keysError });
const tagsError = `must be 1 to ${MAX_TAGS_PER_INVALIDATION} tags`;
const tags = z
  .array(text('must be a tag').refine(isTag, { error: 'must be a tag' }), { error: tagsError })
  .min(1, { error: tagsError })
  .max(MAX_TAGS_PER_INVALIDATION, { error: tagsError });

const limitError = `must be a whole number from 1 to ${MAX_LIMIT}`;
const limit = text(limitError)
  .regex(/^[1-9]\d{0,2}$/, { error: limitError })
  .transform(Number)
  .refine((value) => value <= MAX_LIMIT, { error: limitError })
  .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT })
  .default(50)
  .meta({ description: 'Entries of a page at most' });

export const entriesQuery = z
  .strictObject({
    resource: resource.optional(),
    prefix: prefix.optional().meta({ description: 'What the keys begin with, to the letter; with a resource' }),
    cursor: text('must be given once').max(MAX_CURSOR_CHARACTERS, { error: 'is too long' }).optional(),
    limit,
  })
  .refine((query) => query.prefix === undefined || query.resource !== undefined, {
    error: 'needs a resource',
    path: ['prefix'],
  });

export const valueBody = z.strictObject({ resource, key, reason });
export const deleteEntriesBody = z
  .strictObject({ resource, key: key.optional(), keys: keys.optional(), reason })
  .refine((body) => (body.key === undefined) !== (body.keys === undefined), { error: 'must hold either key or keys' });

/** Exactly one kind: what is named is what the caller knows to be stale. */
export const invalidateBody = z
  .strictObject({
    tags: tags.optional(),
    resource: resource.optional(),
    prefix: prefix.min(1, { error: 'must not be empty: without it the whole resource goes' }).optional(),
    keys: keys.optional(),
    reason,
  })
  .refine((body) => (body.tags === undefined) !== (body.resource === undefined), {
    error: 'must name either tags, or a resource',
  })
  .refine((body) => body.resource !== undefined || (body.prefix === undefined && body.keys === undefined), {
    error: 'must name the resource of a prefix or of keys',
  })
  .refine((body) => body.prefix === undefined || body.keys === undefined, {
    error: 'must name either a prefix or keys',
  });

const listed = {
  resource: z.string(),
  key: z.string(),
  sizeBytes: whole.meta({ description: 'As counted: key, stored value and bookkeeping' }),
  createdAt: time,
  freshUntil: time,
  expiresAt: time.meta({ description: 'The end of its grace' }),
};
const listedEntry = named(
  'ListedEntry',
  z.strictObject({ ...listed, ttlMs: whole.meta({ description: 'Left of its life' }) }),
);

export const entriesAnswer = named(
  'EntryPage',
  z.strictObject({
    tenantId: anyTenantId,
    items: z
      .array(listedEntry)
      .meta({ description: '`limit` of them at most; fewer, even none with a `next`, where they are rare' }),
    next: z.string().nullable().meta({ description: 'The next `cursor`; null: this was the last page' }),
    looked: whole.meta({ description: 'Entries looked at for this page' }),
    unnamed: whole.meta({ description: 'Of them, those whose key is too long to be kept as it is' }),
    asOf: time,
  }),
);

const ENTRY = {
  ...listed,
  ageMs: whole,
  ttlMs: whole.meta({ description: 'Left of its life' }),
  state: z.enum(['fresh', 'grace']),
  tags: z.array(z.string()).nullable().meta({
    description:
      'Null for a set of permissions, whose tags are its roles and teams, and a caller who may see no values',
  }),
  sequence: whole.meta({ description: 'Grows with each write of the tenant' }),
  loadMs: z.number().min(0).nullable().meta({ description: 'What loading it took, where that is kept' }),
  priority: whole.max(3),
  payloadBytes: whole.meta({ description: 'The stored value, compressed and sealed as it is' }),
  valueBytes: whole.nullable().meta({ description: 'The encoded value before compression' }),
  sealed: z.boolean(),
  compression: z.enum(['none', 'deflate', 'brotli']).nullable(),
  unreadable: z.string().nullable().meta({ description: 'Why a reader takes it for a miss' }),
};
export const entryAnswer = named('Entry', z.strictObject(ENTRY));

export const valueAnswer = named(
  'EntryValue',
  z.strictObject({
    entry: entryAnswer,
    value: z.unknown().meta({ description: 'As JSON; what JSON has no form for is an object with `$type`' }),
    omitted: z
      .enum(['too-large', 'not-json', 'unreadable'])
      .nullable()
      .meta({ description: 'Why `value` is null although there is one' }),
    limitBytes: whole,
  }),
);

export const invalidationAnswer = named(
  'Invalidation',
  z.strictObject({
    tenantId: anyTenantId,
    kind: z.enum(['keys', 'tags', 'resource', 'prefix']),
    deleted: whole.nullable().meta({ description: 'Entries that were there; null where that is not counted' }),
    pending: z.boolean().meta({
      description: 'The shared store did not answer: this process says it again as soon as it does',
    }),
  }),
);

function isTag(tag: string): boolean {
  try {
    return tagList([tag]).length === 1;
  } catch {
    return false;
  }
}
