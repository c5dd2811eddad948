import { asTenant } from '@/data/handler';
import { readOwnUsage } from '@/data/own-usage';
import { json, problem } from '@/data/problem';
import { readOwnSeries } from '@/data/readings';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { isTenantChart, TENANT_CHARTS } from '@/features/tenant/series';

/** What a tenant's own page polls. Whose figures these are is the session's to say, never the URL's. */
export function GET(request: Request, { params }: RouteContext<'/api/usage/[block]'>): Promise<Response> {
  return asTenant(request, async (viewer) => {
    const { block } = await params;
    if (block === 'now') {
      const usage = await readOwnUsage(viewer);
      return usage ? json(usage) : problem(404, 'There is no such tenant.');
    }
    if (!isTenantChart(block)) return problem(404, 'There is no such block.');
    return json(await readOwnSeries(viewer, TENANT_CHARTS[block], rangeOf(loadRangeParams(request))));
  });
}
