import type { CsvValue } from '@/components/ui/csv-text';
import { csvWhole, FILE_PAGE } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { problem } from '@/data/problem';
import { readGroups, type SharedGroup } from '@/data/shared-groups';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { sharedSearch } from '@/features/shared/shared-search';

const HEAD = ['group', 'reads', 'tenants', 'calls_made', 'calls_saved', 'refused'];

/** All groups of a dataset that were read in the range, most read first. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const url = new URL(request.url);
    const { dataset, group } = await sharedSearch(url);
    if (dataset === '') return problem(400, 'Name the dataset.');
    const found = await readGroups(viewer, { dataset, search: group, ...FILE_PAGE }, rangeOf(loadRangeParams(url)));
    return csvWhole({ name: `groups-${dataset}`, what: 'groups' }, HEAD, found, cells);
  });
}

function cells({ group, reads, tenants, callsMade, callsSaved, limited }: SharedGroup): CsvValue[] {
  return [group, reads, tenants, callsMade, callsSaved, limited];
}
