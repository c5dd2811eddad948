import type { TenantId } from '../core/tenant-id.js';

/** Items per tenant, tenants and items in their first order. */
export function byTenant<Item extends { readonly tenant: TenantId }>(items: readonly Item[]): Map<TenantId, Item[]> {
  const groups = new Map<TenantId, Item[]>();
  for (const item of items) {
    const group = groups.get(item.tenant);
    if (group) group.push(item);
    else groups.set(item.tenant, [item]);
  }
  return groups;
}
