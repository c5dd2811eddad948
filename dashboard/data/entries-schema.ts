import { z } from 'zod';

/** As the server's `core/resource.ts` has it. */
export const RESOURCE_PATTERN = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

const LISTED = z.object({
  resource: z.string(),
  key: z.string(),
  sizeBytes: z.number(),
  createdAt: z.string(),
  freshUntil: z.string(),
  expiresAt: z.string(),
  ttlMs: z.number(),
});
export type ListedEntry = z.infer<typeof LISTED>;

export const ENTRY_PAGE = z.object({
  items: z.array(LISTED),
  next: z.string().nullable(),
  looked: z.number(),
  unnamed: z.number(),
  asOf: z.string(),
});
export type EntryPage = z.infer<typeof ENTRY_PAGE>;

export const ENTRY = LISTED.extend({
  ageMs: z.number(),
  state: z.enum(['fresh', 'grace']),
  tags: z.array(z.string()).nullable(),
  loadMs: z.number().nullable(),
  priority: z.number(),
  payloadBytes: z.number(),
  valueBytes: z.number().nullable(),
  sealed: z.boolean(),
  compression: z.enum(['none', 'deflate', 'brotli']).nullable(),
  unreadable: z.string().nullable(),
});
/** What is known of one entry, without its value. */
export type EntryFacts = z.infer<typeof ENTRY>;

export const ENTRY_VALUE = z.object({
  entry: ENTRY,
  value: z.unknown(),
  omitted: z.enum(['too-large', 'not-json', 'unreadable']).nullable(),
  limitBytes: z.number(),
});

/** A value as text, or why it is not shown. */
export interface ShownValue {
  readonly text: string | null;
  readonly omitted: 'too-large' | 'not-json' | 'unreadable' | null;
  readonly limitBytes: number;
}

export const REMOVAL = z.object({
  /** Entries that were there; null where that is not counted. */
  deleted: z.number().nullable(),
  /** The shared store did not answer: it is told as soon as it does. */
  pending: z.boolean(),
});
export type Removal = z.infer<typeof REMOVAL>;

const resource = z.string().regex(RESOURCE_PATTERN);
/** Half of a surrogate pair is no text: no key, prefix or tag can hold it. */
const text = (mostCharacters: number) =>
  z
    .string()
    .min(1)
    .max(mostCharacters)
    .refine((value) => value.isWellFormed());
const key = text(4_096);
const reason = z.string().trim().min(3).max(500);

/** One entry. */
export const ENTRY_NAME = z.strictObject({ resource, key });
export type EntryName = z.infer<typeof ENTRY_NAME>;

/** What is to be invalidated: exactly one kind. */
export const TARGET = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tags'), tags: z.array(text(1_024)).min(1).max(512) }),
  z.strictObject({ kind: z.literal('resource'), resource }),
  z.strictObject({ kind: z.literal('prefix'), resource, prefix: text(4_096) }),
  z.strictObject({ kind: z.literal('keys'), resource, keys: z.array(key).min(1).max(1_000) }),
]);
export type Target = z.infer<typeof TARGET>;

export const REASON = reason;
export const ENTRY_NAMES = z.array(ENTRY_NAME).min(1).max(500);
