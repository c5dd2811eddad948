import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { Empty } from '@/components/ui/empty';
import { count } from '@/components/ui/figures';
import { nameClass } from '@/components/ui/name-class';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { SearchField } from '@/components/ui/search-field';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import type { TenantPage } from '@/data/tenants';
import { type KeysSearch, keysHref } from './keys-search';

interface TenantPickerProps {
  readonly found: TenantPage;
  readonly search: KeysSearch;
  /** By tenant; absent: none. Undefined where they could not be counted. */
  readonly liveKeys: ReadonlyMap<string, number> | undefined;
}

/** Whose keys are to be seen. */
export function TenantPicker({ found: { items, total, pageSize }, search, liveKeys }: TenantPickerProps) {
  return (
    <>
      <PageHead title="Choose a tenant to see its API keys">
        <PageLead>A tenant’s programs sign in with its keys. Each key is shown once, when it is made.</PageLead>
      </PageHead>
      <section aria-label="Tenants">
        <div className="mb-3">
          <SearchField name="search" label="Search tenants by name or id" placeholder="Tenant, name or id" />
        </div>
        {items.length === 0 ? (
          <Empty icon={SearchX} title={search.search === '' ? 'There is no tenant here' : 'No tenant matches'}>
            {search.search === '' ? 'Nothing is on this page.' : `Nothing has “${search.search}” in its name or id.`}
          </Empty>
        ) : (
          <>
            <Table caption="Tenants by name, with the number of their live API keys">
              <thead>
                <tr>
                  <ColumnHead>Tenant</ColumnHead>
                  <ColumnHead className="max-sm:hidden">Plan</ColumnHead>
                  {liveKeys && <ColumnHead figure>Live keys</ColumnHead>}
                </tr>
              </thead>
              <tbody>
                {items.map(({ tenantId, name, plan }) => (
                  <Row key={tenantId}>
                    <RowHead>
                      <Link
                        href={keysHref({ tenant: tenantId })}
                        className={nameClass('font-medium hover:underline hover:underline-offset-3')}
                        title={name}
                      >
                        {name}
                      </Link>
                      <code className="block text-12 text-text-muted">{tenantId}</code>
                    </RowHead>
                    <Cell className="max-sm:hidden">{plan}</Cell>
                    {liveKeys && <Cell figure>{count(liveKeys.get(tenantId) ?? 0)}</Cell>}
                  </Row>
                ))}
              </tbody>
            </Table>
            <Pager
              page={search.page}
              pageSize={pageSize}
              total={total}
              href={(page) => keysHref({ search: search.search, page })}
            />
          </>
        )}
      </section>
    </>
  );
}
