import 'server-only';
import { findTenant, type Tenant } from '@/data/tenants';
import type { FleetViewer } from '@/data/viewer';

/** One tenant at this moment: exact from the API, or what the last flush left in Postgres. */
export interface TenantNow {
  readonly tenant: Tenant;
  /** Set where the API does not answer: when its use was last written; null where it never was. */
  readonly recordedMs: number | null | undefined;
  readonly readAtMs: number;
}

export async function readTenantNow(viewer: FleetViewer, tenantId: string): Promise<TenantNow | undefined> {
  const readAtMs = Date.now();
  const found = await findTenant(viewer, tenantId);
  if (!found) return undefined;
  const recordedMs = found.source === 'recorded' ? (found.asOf?.getTime() ?? null) : undefined;
  return { tenant: found.data, recordedMs, readAtMs };
}
