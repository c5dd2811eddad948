import { fail } from './errors.js';
import { type EntryId, MAX_KEY_BYTES } from './resource.js';

/** What an invalidation names besides single entries: all with a tag, or all of a resource whose key begins so. */
export type Scope =
  | { readonly tag: string }
  /** `prefix` '' is the whole resource. */
  | { readonly resource: string; readonly prefix: string };

/** Whether an entry with these tags is one that the scope names. */
export function covers(scope: Scope, id: EntryId, tags: readonly string[] | undefined): boolean {
  if ('tag' in scope) return tags?.includes(scope.tag) ?? false;
  return id.startsWith(`${scope.resource}:${scope.prefix}`);
}

/**
 * @param resource a name that was checked before
 * @throws TenantCacheError `KEY_INVALID`
 */
export function prefixScope(resource: string, prefix: unknown): Scope {
  if (typeof prefix !== 'string' || !prefix.isWellFormed() || Buffer.byteLength(prefix) > MAX_KEY_BYTES) {
    throw fail('KEY_INVALID', {
      given: typeof prefix === 'string' ? `a prefix of ${prefix.length} characters` : `a prefix: ${typeof prefix}`,
      allowed: `at most ${MAX_KEY_BYTES} bytes of well-formed Unicode`,
    });
  }
  return { resource, prefix };
}
