import 'server-only';
import { AdminApiDown, AdminApiProblem, adminApi } from './admin-api';
import { ADVICE, type AdviceReading } from './advice-schema';
import type { FleetViewer, TenantViewer, Viewer } from './viewer';

/** What the advisor says of one tenant, for staff; undefined where there is no such tenant. */
export function readTenantAdvice(viewer: FleetViewer, tenantId: string): Promise<AdviceReading | undefined> {
  return adviceOf(viewer, tenantId);
}

/** The same of the reader's own tenant, which the session names. */
export function readOwnAdvice(viewer: TenantViewer): Promise<AdviceReading | undefined> {
  return adviceOf(viewer, viewer.tenantId);
}

async function adviceOf(viewer: Viewer, tenantId: string): Promise<AdviceReading | undefined> {
  const readAtMs = Date.now();
  try {
    const advice = await adminApi(viewer, `/tenants/${encodeURIComponent(tenantId)}/advice`, { schema: ADVICE });
    return { advice, trouble: null, readAtMs };
  } catch (error) {
    if (error instanceof AdminApiDown) return { advice: null, trouble: 'down', readAtMs };
    if (!(error instanceof AdminApiProblem)) throw error;
    if (error.code === 'USAGE_NOT_KEPT') return { advice: null, trouble: 'not-kept', readAtMs };
    if (error.status === 404 || error.status === 400) return undefined;
    if (error.status >= 500) return { advice: null, trouble: 'down', readAtMs };
    throw error;
  }
}
