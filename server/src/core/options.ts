import { fail } from './errors.js';

/**
 * Refuses an options argument that is no object, or that has a name this version does not know: a typo must not
 * become a default.
 * @param where the function called, for the message
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function assertOptionNames(where: string, options: unknown, allowed: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidOption(where, Array.isArray(options) ? 'an array' : typeof options, 'an object of options');
  }
  const unknown = Object.keys(options).find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw invalidOption(where, `the unknown option ${unknown}`, allowed.join(', '));
}

/** An `OPTION_INVALID` that names the function; `given` must not hold a secret. */
export function invalidOption(where: string, given: string, allowed: string, todo?: string) {
  return fail('OPTION_INVALID', { given: `${where}: ${given}`, allowed, ...(todo === undefined ? {} : { todo }) });
}
