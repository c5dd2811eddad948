import type { TenantId } from '../core/tenant-id.js';

/** For roles that reach one tenant's rows a transaction. */
export function byTenant<R extends { readonly tenantId: TenantId }>(rows: readonly R[]): Map<TenantId, R[]> {
  const groups = new Map<TenantId, R[]>();
  for (const row of rows) {
    const group = groups.get(row.tenantId);
    if (group) group.push(row);
    else groups.set(row.tenantId, [row]);
  }
  return groups;
}
