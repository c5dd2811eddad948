import type { Database } from '@tenantcache/database';
import type { PermissionLoader, PermissionSet } from 'tenantcache';

/**
 * What is true at the moment of the query, also while the view that it is mostly read from is behind: the function goes to
 * the tables then. Row level security and the function itself keep to the tenant.
 */
export function loadPermissions(database: Pick<Database, 'withTenant'>): PermissionLoader {
  return ({ tenantId, userId }) =>
    database.withTenant(tenantId, async (tx) => {
      const [set] = await tx.$queryRaw<PermissionSet[]>`
        SELECT roles, teams, permissions FROM member_permissions(${userId})`;
      return set ?? null;
    });
}
