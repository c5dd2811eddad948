import 'server-only';
import { z } from 'zod';
import { AdminApiDown, AdminApiProblem, adminApi } from './admin-api';
import { QUOTA, QUOTA_STATES } from './quota-schema';
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

export const TENANT_SORTS = ['name', 'quota', 'usage', 'changed'] as const;

export interface TenantQuery {
  search: string;
  sort: (typeof TENANT_SORTS)[number];
  order: 'asc' | 'desc';
  /** From 1. */
  page: number;
  pageSize: number;
}

/**
 * `live` is the API's answer: usage exact at this moment, null where the shared store does not answer.
 * `recorded` is Postgres's, where the API does not answer: usage as of `asOf`, the last flush; `why` says what is wrong.
 */
export type FromApi<T> =
  | { source: 'live'; data: T }
  | { source: 'recorded'; data: T; asOf: Date | undefined; why: string };

/** One page of tenants. Reads Postgres where the API is down; rejects only where that is, too. */
export async function listTenants(viewer: FleetViewer, query: TenantQuery): Promise<FromApi<TenantPage>> {
  try {
    return { source: 'live', data: await adminApi(viewer, '/tenants', { schema: TENANT_PAGE, query: { ...query } }) };
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
