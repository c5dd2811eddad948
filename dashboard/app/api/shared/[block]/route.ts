import { asFleet } from '@/data/handler';
import { json, problem } from '@/data/problem';
import { readDatasets } from '@/data/shared';
import { readGroups, readReaders } from '@/data/shared-groups';
import { readSharedSeries } from '@/data/shared-series';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { sharedSearch } from '@/features/shared/shared-search';

/** What the page of shared data polls. */
export function GET(request: Request, { params }: RouteContext<'/api/shared/[block]'>): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { block } = await params;
    const url = new URL(request.url);
    const range = rangeOf(loadRangeParams(url));
    if (block === 'series') return json(await readSharedSeries(viewer, range));
    if (block === 'datasets') return json(await readDatasets(viewer));
    if (block !== 'groups' && block !== 'readers') return problem(404, 'There is no such block.');
    const { dataset, group, page, reader, readers } = await sharedSearch(url);
    if (dataset === '') return problem(400, 'Name the dataset.');
    return block === 'groups'
      ? json(await readGroups(viewer, { dataset, search: group, page }, range))
      : json(await readReaders(viewer, { dataset, search: reader, page: readers }, range));
  });
}
