import { asFleet } from '@/data/handler';
import { problem } from '@/data/problem';
import { tenantResources } from '@/data/resources';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { resourcesCsv } from '@/features/usage/resources-csv';

/** Counts of one tenant's resources on the UTC days that the range touches, for staff. */
export function GET(
  request: Request,
  { params }: RouteContext<'/api/tenants/[tenantId]/resources.csv'>,
): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { tenantId } = await params;
    if (!TENANT_ID_PATTERN.test(tenantId)) return problem(404, 'There is no such tenant.');
    const range = rangeOf(loadRangeParams(request));
    return resourcesCsv(`resources-${tenantId}`, await tenantResources(viewer, tenantId, range));
  });
}
