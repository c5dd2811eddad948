import { asFleet } from '@/data/handler';
import { json, problem } from '@/data/problem';
import { readTenantSeries } from '@/data/readings';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { readTenantNow } from '@/features/tenant/read-tenant-now';
import { isTenantChart, TENANT_CHARTS } from '@/features/tenant/series';

/** What a tenant's page polls, for staff. */
export function GET(request: Request, { params }: RouteContext<'/api/tenants/[tenantId]/[block]'>): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { tenantId, block } = await params;
    if (!TENANT_ID_PATTERN.test(tenantId)) return problem(404, 'There is no such tenant.');
    if (block === 'now') {
      const now = await readTenantNow(viewer, tenantId);
      return now ? json(now) : problem(404, 'There is no such tenant.');
    }
    if (!isTenantChart(block)) return problem(404, 'There is no such block.');
    return json(await readTenantSeries(viewer, tenantId, TENANT_CHARTS[block], rangeOf(loadRangeParams(request))));
  });
}
