import 'server-only';
import { z } from 'zod';
import { AdminApiDown, AdminApiProblem, adminApi } from './admin-api';
import { QUOTA, QUOTA_STATES } from './quota-schema';
import type { TenantSort, TenantState } from './tenant-states';
import { tenantFromDatabase, tenantsFromDatabase } from './tenants-from-database';
import type { FleetViewer } from './viewer';

export const TENANT = z.object({
  tenantId: z.string(),
  name: z.string(),
  plan: z.string(),
  suspended: z.boolean(),
  version: z.number(),
  changedAt: z.string(),
  quota: QUOTA,
  usage: z
    .object({
      usedBytes: z.number(),
      /** Null where the figure is from Postgres, which does not keep it. */
      entries: z.number().nullable(),
      state: z.enum(QUOTA_STATES),
    })
    .nullable(),
});
export type Tenant = z.infer<typeof TENANT>;

const TENANT_PAGE = z.object({
  items: z.array(TENANT),
  total: z.number(),
  page: z.number(),
  pageSize: z.number(),
});
export type TenantPage = z.infer<typeof TENANT_PAGE>;

export interface TenantQuery {
  search: string;
  /** On this plan only; empty for all. */
  plan?: string;
  /** In this state only, by the last flush. */
  state?: TenantState | undefined;
  sort: TenantSort;
  order: 'asc' | 'desc';
  /** From 1. */
  page: number;
  pageSize: number;
}

/** How a page of tenants was made: `why` is undefined where the API could not have made it, and is not down. */
export type TenantListing =
  | { source: 'live'; data: TenantPage }
  | { source: 'recorded'; data: TenantPage; asOf: Date | undefined; why: string | undefined };

/**
 * `live` is the API's answer: usage exact at this moment, null where the shared store does not answer.
 * `recorded` is Postgres's, where the API does not answer: usage as of `asOf`, the last flush; `why` says what is wrong.
 */
export type FromApi<T> =
  | { source: 'live'; data: T }
  | { source: 'recorded'; data: T; asOf: Date | undefined; why: string };

/**
 * One page of tenants. The API counts use at this moment, and therefore neither finds nor sorts by state or share: those
 * pages are Postgres's, as all are while the API is down. Rejects only where Postgres is down, too.
 */
export async function listTenants(viewer: FleetViewer, query: TenantQuery): Promise<TenantListing> {
  const { state, ...rest } = query;
  if (state || query.sort === 'share') return tenantsFromDatabase(viewer, query, undefined);
  try {
    return { source: 'live', data: await adminApi(viewer, '/tenants', { schema: TENANT_PAGE, query: { ...rest } }) };
  } catch (error) {
    if (!(error instanceof AdminApiDown)) throw error;
    return tenantsFromDatabase(viewer, query, error.message);
  }
}

/** One tenant, or undefined where there is none. Reads Postgres where the API is down. */
export async function findTenant(viewer: FleetViewer, tenantId: string): Promise<FromApi<Tenant> | undefined> {
  try {
    const path = `/tenants/${encodeURIComponent(tenantId)}`;
    return { source: 'live', data: await adminApi(viewer, path, { schema: TENANT }) };
  } catch (error) {
    if (error instanceof AdminApiProblem && (error.status === 404 || error.status === 400)) return undefined;
    if (!(error instanceof AdminApiDown)) throw error;
    return tenantFromDatabase(viewer, tenantId, error.message);
  }
}
