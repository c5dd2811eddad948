import { assertGroup } from './dataset.js';
import { fail } from './errors.js';

/** Of a tenant. */
export const MAX_WATCHLISTS = 50;
/** On a list. */
export const MAX_WATCHED_GROUPS = 500;
export const MAX_WATCHLIST_NAME = 64;

/** What prints, with spaces inside only; `.` and `..` cannot be part of a URL's path. */
const NAME = /^(?!\.{1,2}$)(?!\p{Z})[^\p{C}\p{Zl}\p{Zp}]{1,64}(?<!\p{Z})$/u;

export function isWatchlistName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}

/**
 * What a list is made of: its groups in their order, each once.
 * @throws TenantCacheError `REQUEST_INVALID` for a name or a number of groups that no list has, `KEY_INVALID` for a group
 */
export function watchedGroups(name: string, groups: readonly string[]): readonly string[] {
  if (!isWatchlistName(name)) {
    throw fail('REQUEST_INVALID', {
      given: 'a name of a watchlist',
      allowed: `1 to ${MAX_WATCHLIST_NAME} characters that print, no space first or last`,
    });
  }
  for (const group of groups) assertGroup(group);
  const distinct = [...new Set(groups)];
  if (distinct.length > MAX_WATCHED_GROUPS) {
    throw fail('REQUEST_INVALID', { given: `${distinct.length} groups`, allowed: `${MAX_WATCHED_GROUPS} at most` });
  }
  return distinct;
}

/** One list more than a tenant may have. */
export function tooManyWatchlists() {
  return fail('WATCHLIST_LIMIT', {
    given: `list ${MAX_WATCHLISTS + 1}`,
    allowed: `${MAX_WATCHLISTS} of a tenant`,
    todo: 'remove one of them',
  });
}
