import { asFleet } from '@/data/handler';
import { problem } from '@/data/problem';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { keysCsv } from '@/features/keys/keys-csv';

/** The API keys of a tenant, revoked and expired ones too. */
export function GET(request: Request, { params }: RouteContext<'/api/tenants/[tenantId]/keys.csv'>): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { tenantId } = await params;
    return TENANT_ID_PATTERN.test(tenantId) ? keysCsv(viewer, tenantId) : problem(404, 'There is no such tenant.');
  });
}
