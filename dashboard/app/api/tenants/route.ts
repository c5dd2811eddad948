import { asFleet } from '@/data/handler';
import { json } from '@/data/problem';
import { readTenants } from '@/data/tenants-reading';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { PAGE_SIZE, tenantsSearch } from '@/features/tenants/tenants-search';

/** The table of the tenants page again, for its live refresh. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const url = new URL(request.url);
    const search = await tenantsSearch(url);
    return json(await readTenants(viewer, { ...search, pageSize: PAGE_SIZE }, rangeOf(loadRangeParams(url))));
  });
}
