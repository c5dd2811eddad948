import { CircleDashed, SearchX, Unplug } from 'lucide-react';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { count } from '@/components/ui/figures';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { type EntriesReading, listEntries, resourceNames } from '@/data/entries';
import type { EntryPage } from '@/data/entries-schema';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { findTenant } from '@/data/tenants';
import { requireFleetViewer } from '@/data/viewer';
import { type EntriesSearch, entriesHref, entriesSearch } from '@/features/entries/entries-search';
import { EntriesView } from '@/features/entries/entries-view';
import { entriesHeading } from '@/features/entries/entries-words';
import { PageFrame } from '@/features/navigation/page-frame';
import { invalidateEntries, lookAtEntry, lookAtValue, removeEntries } from './actions';

export const metadata: Metadata = { title: 'Entries' };

const ACTIONS = { look: lookAtEntry, lookAtValue, remove: removeEntries, invalidate: invalidateEntries };
const NONE: EntryPage = { items: [], next: null, looked: 0, unnamed: 0, asOf: '' };

export default async function EntriesPage({ params, searchParams }: PageProps<'/tenants/[tenantId]/entries'>) {
  const viewer = await requireFleetViewer();
  const { tenantId } = await params;
  if (!TENANT_ID_PATTERN.test(tenantId)) notFound();
  const search = await entriesSearch(searchParams);
  const [found, reading, resources] = await Promise.all([
    findTenant(viewer, tenantId),
    listEntries(viewer, tenantId, search),
    resourceNames(viewer, tenantId),
  ]);
  if (!found) notFound();
  const { name, usage } = found.data;
  const page = reading.kind === 'page' ? reading.page : NONE;
  return (
    <PageFrame
      crumbs={[
        { label: 'Tenants', href: '/tenants' },
        { label: name, href: `/tenants/${tenantId}` },
        { label: 'Entries' },
      ]}
    >
      <PageHead
        title={
          reading.kind === 'page'
            ? entriesHeading(name, page, search, usage?.entries ?? undefined)
            : `Entries of ${name}`
        }
      >
        <PageLead>
          What the shared store holds, in no order; looking counts as no use.
          {page.unnamed > 0 &&
            ` ${count(page.unnamed)} more on this page have keys too long to be listed; they are found by their name.`}
        </PageLead>
      </PageHead>
      <section aria-label="Entries">
        <EntriesView
          tenantId={tenantId}
          tenantName={name}
          entries={page.items}
          resource={search.resource}
          resources={resources}
          may={{ remove: viewer.role !== 'viewer', seeValues: viewer.role === 'admin' }}
          actions={ACTIONS}
        />
        {page.items.length === 0 && <Nothing tenantId={tenantId} name={name} reading={reading} search={search} />}
        {reading.kind === 'page' && <Steps tenantId={tenantId} next={page.next} search={search} />}
      </section>
    </PageFrame>
  );
}

interface NothingProps {
  readonly tenantId: string;
  readonly name: string;
  readonly reading: EntriesReading;
  readonly search: EntriesSearch;
}

function Nothing({ tenantId, name, reading, search }: NothingProps) {
  const again = (
    <ButtonLink size="small" href={entriesHref(tenantId, { ...search, cursor: '' })}>
      Begin at the first page
    </ButtonLink>
  );
  if (reading.kind === 'down') {
    return (
      <Empty icon={Unplug} title="The entries cannot be read now" actions={again}>
        {reading.message}
      </Empty>
    );
  }
  if (reading.kind !== 'page') {
    return (
      <Empty icon={SearchX} title="This page is no longer there" actions={again}>
        The store was restarted, or the address belongs to another list.
      </Empty>
    );
  }
  if (search.resource === '' && search.cursor === '' && reading.page.next === null) {
    return (
      <Empty icon={CircleDashed} title={`Nothing is stored for ${name}`}>
        Each entry appears here as soon as it is stored.
      </Empty>
    );
  }
  return (
    <Empty icon={SearchX} title="No entry here matches" {...(search.cursor === '' ? {} : { actions: again })}>
      {reading.page.next === null
        ? 'The whole list was looked through.'
        : 'Matches are rare; the next page looks further.'}
    </Empty>
  );
}

interface StepsProps {
  readonly tenantId: string;
  readonly next: string | null;
  readonly search: EntriesSearch;
}

function Steps({ tenantId, next, search }: StepsProps) {
  if (next === null && search.cursor === '') return null;
  return (
    <nav aria-label="Pages" className="flex flex-wrap justify-end gap-2 pt-3">
      {search.cursor !== '' && (
        <ButtonLink size="small" href={entriesHref(tenantId, { ...search, cursor: '' })}>
          First page
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink size="small" href={entriesHref(tenantId, { ...search, cursor: next })}>
          Next page
        </ButtonLink>
      )}
    </nav>
  );
}
