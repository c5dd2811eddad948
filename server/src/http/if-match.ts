import { fail } from '../core/errors.js';
import { RequestInvalidError } from './problem.js';

const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;
const OURS = /^"(0|[1-9]\d{0,14})"$/;

export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The versions that an If-Match header accepts. A weak tag, or a strong one that is not ours, matches nothing (RFC 9110,
 * 13.1.1), so it leaves no version behind.
 * @throws TenantCacheError `PRECONDITION_REQUIRED` for no header, and for `*`, which does not show what was read;
 *   `RequestInvalidError` for anything that is not a list of entity tags
 */
export function versionsOf(header: string | undefined): number[] {
  const value = header?.trim();
  if (value === undefined || value === '*') throw fail('PRECONDITION_REQUIRED');
  const tags = value.split(',').map((tag) => tag.trim());
  if (!tags.every((tag) => ENTITY_TAG.test(tag))) {
    throw new RequestInvalidError([{ field: 'If-Match', message: 'must be an entity tag such as "3"' }]);
  }
  return tags.flatMap((tag) => {
    const match = OURS.exec(tag);
    return match ? [Number(match[1])] : [];
  });
}
