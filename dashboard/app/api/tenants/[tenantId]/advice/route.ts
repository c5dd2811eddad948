import { readTenantAdvice } from '@/data/advice';
import { asFleet } from '@/data/handler';
import { json, problem } from '@/data/problem';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';

/** What the advisor says of a tenant, for staff. */
export function GET(request: Request, { params }: RouteContext<'/api/tenants/[tenantId]/advice'>): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { tenantId } = await params;
    const reading = TENANT_ID_PATTERN.test(tenantId) ? await readTenantAdvice(viewer, tenantId) : undefined;
    return reading ? json(reading) : problem(404, 'There is no such tenant.');
  });
}
