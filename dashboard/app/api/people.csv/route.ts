import type { CsvValue } from '@/components/ui/csv-text';
import { csvStream, type PageQuery, pagesOf } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { listPeople, type Person } from '@/data/people';
import { problem } from '@/data/problem';
import { peopleSearch } from '@/features/people/people-search';

const HEAD = ['email', 'name', 'role', 'tenant_id', 'tenant_name', 'signs_in_with', 'sessions', 'last_seen_at_utc'];

/** Everybody of the search who can sign in: for admins, as the page is. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    if (viewer.role !== 'admin') return problem(404, 'There is no such page.');
    const { search } = await peopleSearch(new URL(request.url));
    const read = (query: PageQuery) => listPeople(viewer, { search, ...query });
    return csvStream(
      'people',
      HEAD,
      pagesOf(read, ({ id }) => id),
      cells,
    );
  });
}

function cells({ email, name, role, tenantId, tenantName, hasPassword, sessions, lastSeenAt }: Person): CsvValue[] {
  const by = hasPassword ? 'password' : 'company account';
  return [email, name, role, tenantId, tenantName, by, sessions, lastSeenAt];
}
