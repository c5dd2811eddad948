import { fail } from '../core/errors.js';

const MEBIBYTE = 1_048_576;
/** The largest integer column of Postgres. */
const MAX_MB = 2_147_483_647;

export function bytesOf(mb: number): number {
  return mb * MEBIBYTE;
}

/**
 * Quotas are kept in whole MiB.
 * @throws TenantCacheError `REQUEST_INVALID` naming the field where `bytes` is not a whole number of them
 */
export function wholeMb(field: string, bytes: number): number {
  const mb = bytes / MEBIBYTE;
  if (!Number.isInteger(mb) || mb > MAX_MB) {
    throw fail('REQUEST_INVALID', {
      given: `${field}: ${bytes}`,
      allowed: 'whole MiB, that is multiples of 1048576 bytes',
    });
  }
  return mb;
}
