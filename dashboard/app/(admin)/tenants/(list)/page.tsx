import type { Metadata } from 'next';
import { readTenants } from '@/data/tenants-reading';
import { requireFleetViewer } from '@/data/viewer';
import { LiveProvider } from '@/features/live/live';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { RangeTools } from '@/features/range/range-tools';
import { loadRangeParams, rangeOf, rangeQuery } from '@/features/range/search-params';
import { PAGE_SIZE, tenantsHref, tenantsSearch } from '@/features/tenants/tenants-search';
import { TenantsView } from '@/features/tenants/tenants-view';

export const metadata: Metadata = { title: 'Tenants' };

export default async function TenantsPage({ searchParams }: PageProps<'/tenants'>) {
  const viewer = await requireFleetViewer();
  const search = await tenantsSearch(searchParams);
  const chosen = await loadRangeParams(searchParams);
  const range = rangeOf(chosen);
  const query = rangeQuery(chosen);
  const first = await readTenants(viewer, { ...search, pageSize: PAGE_SIZE }, range);
  return (
    <LiveProvider fixed={range.preset === undefined}>
      <PageFrame crumbs={[{ label: 'Tenants' }]} tools={<RangeTools />}>
        <StaleNote />
        <TenantsView
          path={tenantsHref(search, `/api/tenants${query}`)}
          first={first}
          search={search}
          rangeQuery={query}
          canEdit={viewer.role === 'admin'}
        />
      </PageFrame>
    </LiveProvider>
  );
}
