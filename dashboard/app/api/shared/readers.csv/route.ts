import type { CsvValue } from '@/components/ui/csv-text';
import { csvWhole, FILE_PAGE } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { problem } from '@/data/problem';
import type { Reader } from '@/data/shared-access';
import { readReaders } from '@/data/shared-groups';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { sharedSearch } from '@/features/shared/shared-search';

const HEAD = ['tenant_id', 'tenant_name', 'reads', 'groups', 'refused'];

/** All tenants that read a dataset in the range, most reads first. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const url = new URL(request.url);
    const { dataset, reader } = await sharedSearch(url);
    if (dataset === '') return problem(400, 'Name the dataset.');
    const found = await readReaders(viewer, { dataset, search: reader, ...FILE_PAGE }, rangeOf(loadRangeParams(url)));
    return csvWhole({ name: `readers-${dataset}`, what: 'readers' }, HEAD, found, cells);
  });
}

function cells({ tenantId, name, reads, groups, limited }: Reader): CsvValue[] {
  return [tenantId, name, reads, groups, limited];
}
