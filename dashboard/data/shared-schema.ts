import { z } from 'zod';

const WHOLE = z.number().nonnegative();

/** One dataset as the admin API tells of it; `usedBytes` and `entries` are null while Redis does not answer. */
export const DATASET = z.object({
  dataset: z.string(),
  policy: z.string(),
  quotaBytes: WHOLE,
  usedBytes: WHOLE.nullable(),
  entries: WHOLE.nullable(),
  rateLimit: z.object({ limit: WHOLE, windowMs: WHOLE }).nullable(),
  keepAccessMs: WHOLE,
});
export type Dataset = z.infer<typeof DATASET>;

export const SHARED_ENTRY = z.object({
  group: z.string(),
  kind: z.string(),
  sizeBytes: WHOLE,
  ageMs: WHOLE,
  ttlMs: WHOLE,
  createdAt: z.string(),
  freshUntil: z.string(),
  expiresAt: z.string(),
});
export type SharedEntry = z.infer<typeof SHARED_ENTRY>;

/** As the server checks it: 1 to 128 bytes without braces, spaces and control characters, not beginning with a colon. */
export function isGroup(text: string): boolean {
  const bytes = new TextEncoder().encode(text).length;
  return bytes >= 1 && bytes <= 128 && !text.startsWith(':') && !/[{}\s\p{Cc}]/u.test(text);
}

/** What groups may begin with in a question to the API: their first colon is part of it. */
export function isPrefix(text: string): boolean {
  return isGroup(text) && text.includes(':');
}

const GROUP = z.string().refine(isGroup);
const REASON = z.string().max(600);

/** What to invalidate: groups by name, all whose names begin so, or everything. */
export const INVALIDATION = z.union([
  z.strictObject({ groups: z.array(GROUP).min(1).max(100), reason: REASON }),
  z.strictObject({ prefix: z.string().refine(isPrefix), reason: REASON }),
  z.strictObject({ all: z.literal(true), reason: REASON }),
]);
export type Invalidation = z.infer<typeof INVALIDATION>;

export const INVALIDATED = z.object({
  dataset: z.string(),
  kind: z.enum(['groups', 'prefix', 'all']),
  /** Redis did not answer: the process that was asked says it again as soon as it does. */
  pending: z.boolean(),
});
export type Invalidated = z.infer<typeof INVALIDATED>;

/** As the server names datasets. */
export const DATASET_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;

export const GROUPS_PAGE_SIZE = 15;
export const READERS_PAGE_SIZE = 10;
export const ENTRIES_PAGE_SIZE = 25;
