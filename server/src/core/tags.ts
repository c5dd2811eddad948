import { fail } from './errors.js';

export const MAX_TAG_BYTES = 128;
export const MAX_TAGS_PER_ENTRY = 32;
/** One call of the store puts so many on record. */
export const MAX_TAGS_PER_INVALIDATION = 512;

/**
 * Tags without repetitions, in their first order.
 * @throws TenantCacheError `TAG_INVALID` for an empty tag, one over 128 bytes, control characters, or more than `max`
 */
export function tagList(raw: unknown, max = MAX_TAGS_PER_ENTRY): readonly string[] {
  if (!Array.isArray(raw)) throw fail('TAG_INVALID', { given: typeof raw, allowed: 'an array of tags' });
  const tags = new Set<string>();
  for (const tag of raw as unknown[]) tags.add(assertTag(tag));
  if (tags.size > max) throw fail('TAG_INVALID', { given: `${tags.size} tags`, allowed: `at most ${max}` });
  return [...tags];
}

/** Such characters would end a packed list early, and spoil a log. */
const CONTROL = /\p{Cc}/u;

function assertTag(tag: unknown): string {
  const ok =
    typeof tag === 'string' &&
    tag !== '' &&
    !CONTROL.test(tag) &&
    tag.isWellFormed() &&
    Buffer.byteLength(tag) <= MAX_TAG_BYTES;
  if (ok) return tag as string;
  throw fail('TAG_INVALID', {
    given: typeof tag === 'string' ? `a tag of ${tag.length} characters` : typeof tag,
    allowed: `1 to ${MAX_TAG_BYTES} bytes of well-formed Unicode without control characters`,
  });
}
