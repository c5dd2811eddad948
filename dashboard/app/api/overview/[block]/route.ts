import { asFleet } from '@/data/handler';
import { json, problem } from '@/data/problem';
import { readOverviewBlock } from '@/features/overview/read-block';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';

/** What the overview polls. */
export function GET(request: Request, { params }: RouteContext<'/api/overview/[block]'>): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { block } = await params;
    const answer = await readOverviewBlock(viewer, block, rangeOf(loadRangeParams(request)));
    return answer ? json(answer) : problem(404, 'There is no such block.');
  });
}
