import { type AuditedAction, PLATFORM_ACTIONS } from './directory.js';
import { fail } from './errors.js';
import type { TenantId } from './tenant-id.js';

/** @throws TenantCacheError `REQUEST_INVALID` where a deed of the platform names a tenant, or one of a tenant names none */
export function assertDeedOf(tenant: TenantId | null, action: AuditedAction): void {
  const isPlatforms = (PLATFORM_ACTIONS as readonly AuditedAction[]).includes(action);
  if (isPlatforms === (tenant === null)) return;
  throw fail('REQUEST_INVALID', {
    given: `the action ${action} of ${tenant === null ? 'no tenant' : 'a tenant'}`,
    allowed: isPlatforms ? 'no tenant' : 'a tenant',
  });
}
