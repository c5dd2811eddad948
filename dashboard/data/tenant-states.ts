import type { QUOTA_STATES } from './quota-schema';

/** What a list of tenants can be narrowed to: the states of a quota, and `unknown` where no use was written. */
export const TENANT_STATES = ['critical', 'exceeded', 'warning', 'ok', 'unknown'] as const satisfies readonly (
  | (typeof QUOTA_STATES)[number]
  | 'unknown'
)[];
export type TenantState = (typeof TENANT_STATES)[number];

/** What it can be sorted by. `share` is use as a share of the quota. */
export const TENANT_SORTS = ['name', 'quota', 'usage', 'share', 'changed'] as const;
export type TenantSort = (typeof TENANT_SORTS)[number];
