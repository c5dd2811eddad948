'use client';

import { DatabaseZap } from 'lucide-react';
import { ExportLink } from '@/components/ui/export-link';
import { Note } from '@/components/ui/note';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { SearchField } from '@/components/ui/search-field';
import { moment } from '@/components/ui/times';
import type { TenantsReading } from '@/data/tenants-reading';
import { useLive } from '@/features/live/live';
import { fleetHeading, stateCounts } from './fleet-heading';
import { NoTenants } from './no-tenants';
import { PlanFilter } from './plan-filter';
import { RecordedNote } from './recorded-note';
import { StateFilter } from './state-filter';
import { PAGE_SIZE, type TenantsSearch, tenantsHref } from './tenants-search';
import { TenantsTable } from './tenants-table';

interface TenantsViewProps {
  path: string;
  first: TenantsReading;
  search: TenantsSearch;
  /** Query of the time range, such as `?range=24h`, kept by all links of the page. */
  rangeQuery: string;
  canEdit: boolean;
}

export function TenantsView({ path, first, search, rangeQuery, canEdit }: TenantsViewProps) {
  const { reading, hold } = useLive(path, first);
  const { items, total, fleet, plans, from, apiTrouble, recordedAtMs } = reading;
  const storeDown = from === 'live' && items.length > 0 && items.every(({ usage }) => usage === null);
  const wholeFleet = items.length === fleet.tenants && !storeDown;
  const href = (to: TenantsSearch) => tenantsHref(to, `/tenants${rangeQuery}`);
  return (
    <>
      <PageHead
        title={
          storeDown
            ? `What ${fleet.tenants} tenants use is not known`
            : fleetHeading(wholeFleet ? stateCounts(items) : fleet)
        }
        actions={<ExportLink href={tenantsHref({ ...search, page: 1 }, '/api/tenants.csv')} />}
      >
        <PageLead>
          {orderWords(search)}
          {leadOf(from, storeDown, recordedAtMs, search.sort === 'usage' || search.sort === 'share')}
        </PageLead>
      </PageHead>
      {apiTrouble !== undefined && <RecordedNote why={apiTrouble} asOfMs={recordedAtMs} />}
      {storeDown && (
        <Note icon={DatabaseZap} tone="warn" title="The shared cache store does not answer">
          Quotas are known, use is not. The API goes on without its shared tier until the store is back.
        </Note>
      )}
      <section aria-label="Tenants" {...hold}>
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <SearchField name="search" label="Search tenants by name or id" placeholder="Name or id" />
          <StateFilter fleet={fleet} />
          <PlanFilter plans={plans} />
        </div>
        {items.length === 0 ? (
          <NoTenants search={search} total={total} fleet={fleet.tenants} />
        ) : (
          <>
            <TenantsTable tenants={items} search={search} canEdit={canEdit} href={href} />
            <Pager page={search.page} pageSize={PAGE_SIZE} total={total} href={(page) => href({ ...search, page })} />
          </>
        )}
      </section>
    </>
  );
}

function orderWords({ sort, order }: TenantsSearch): string {
  if (order !== 'desc') return '';
  return { usage: 'Largest use first. ', share: 'Fullest first. ', name: '', quota: '', changed: '' }[sort];
}

function leadOf(
  from: TenantsReading['from'],
  storeDown: boolean,
  recordedAtMs: number | undefined,
  byUse: boolean,
): string {
  if (storeDown) return 'Quotas are as stored in Postgres.';
  if (from === 'live') {
    return byUse
      ? 'Use is as counted at this moment, the order as of the last flush.'
      : 'Use is as counted at this moment.';
  }
  const when = recordedAtMs === undefined ? '' : ` at ${moment(recordedAtMs)} UTC`;
  return `Use and state are as last written to Postgres${when}.`;
}
