import type { CsvValue } from '@/components/ui/csv-text';
import { csv } from '@/components/ui/csv-text';
import { csvResponse } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { problem, tooMany } from '@/data/problem';
import { readGroups, type SharedGroup } from '@/data/shared-groups';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { sharedSearch } from '@/features/shared/shared-search';

const MAX_ROWS = 10_000;
const HEAD = ['group', 'reads', 'tenants', 'calls_made', 'calls_saved', 'refused'];

/** All groups of a dataset that were read in the range, most read first. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const url = new URL(request.url);
    const { dataset, group } = await sharedSearch(url);
    if (dataset === '') return problem(400, 'Name the dataset.');
    const query = { dataset, search: group, page: 1, pageSize: MAX_ROWS };
    const { items, total } = await readGroups(viewer, query, rangeOf(loadRangeParams(url)));
    if (total > items.length) return tooMany('groups', total, MAX_ROWS);
    return csvResponse(`groups-${dataset}`, csv(HEAD, items.map(cells)));
  });
}

function cells({ group, reads, tenants, callsMade, callsSaved, limited }: SharedGroup): CsvValue[] {
  return [group, reads, tenants, callsMade, callsSaved, limited];
}
