import type { NewTenant } from './directory.js';
import { fail } from './errors.js';

/** What the audit shows of a tenant itself. */
export type TenantFacts = Omit<NewTenant, 'tenantId'>;

/** In characters. */
export const MAX_NAME_LENGTH = 200;

/** What of a record is not its quota. */
export function factsOf({ name, plan, suspended }: TenantFacts): TenantFacts {
  return { name, plan, suspended };
}

/** @throws TenantCacheError `REQUEST_INVALID` for a name that is empty or too long */
export function changedFacts(before: TenantFacts, change: Partial<TenantFacts>): TenantFacts {
  const { name = before.name, plan = before.plan, suspended = before.suspended } = change;
  // As Postgres counts: a character beyond the basic plane is one.
  const length = [...name].length;
  if (length < 1 || length > MAX_NAME_LENGTH) {
    throw fail('REQUEST_INVALID', {
      given: `name: ${length} characters`,
      allowed: `1 to ${MAX_NAME_LENGTH} characters`,
    });
  }
  return { name, plan, suspended };
}
