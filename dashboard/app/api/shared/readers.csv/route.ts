import type { CsvValue } from '@/components/ui/csv-text';
import { csv } from '@/components/ui/csv-text';
import { csvResponse } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { problem, tooMany } from '@/data/problem';
import type { Reader } from '@/data/shared-access';
import { readReaders } from '@/data/shared-groups';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { sharedSearch } from '@/features/shared/shared-search';

const MAX_ROWS = 10_000;
const HEAD = ['tenant_id', 'tenant_name', 'reads', 'groups', 'refused'];

/** All tenants that read a dataset in the range, most reads first. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const url = new URL(request.url);
    const { dataset, reader } = await sharedSearch(url);
    if (dataset === '') return problem(400, 'Name the dataset.');
    const query = { dataset, search: reader, page: 1, pageSize: MAX_ROWS };
    const { items, total } = await readReaders(viewer, query, rangeOf(loadRangeParams(url)));
    if (total > items.length) return tooMany('readers', total, MAX_ROWS);
    return csvResponse(`readers-${dataset}`, csv(HEAD, items.map(cells)));
  });
}

function cells({ tenantId, name, reads, groups, limited }: Reader): CsvValue[] {
  return [tenantId, name, reads, groups, limited];
}
