import { fail } from './errors.js';

/** A validated tenant id. Only `tenantId()` makes one, so no string becomes a namespace by accident. */
export type TenantId = string & { readonly __brand: 'TenantId' };

/** No character that means something in a Redis key, a glob, a URL or a label; case counts, nothing is normalised. */
export const TENANT_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** @throws TenantCacheError `TENANT_MISSING` for undefined or null, `TENANT_INVALID` for anything else off the grammar */
export function tenantId(raw: unknown): TenantId {
  if (raw === undefined || raw === null) throw fail('TENANT_MISSING');
  if (typeof raw !== 'string' || !TENANT_ID_PATTERN.test(raw)) {
    throw fail('TENANT_INVALID', {
      given: typeof raw === 'string' ? `${raw.length} characters` : typeof raw,
      allowed: String(TENANT_ID_PATTERN),
    });
  }
  return raw as TenantId;
}
