import type { Metadata } from 'next';
import { ExportLink } from '@/components/ui/export-link';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { SearchField } from '@/components/ui/search-field';
import { auditActors, changesToday, listAudit } from '@/data/audit';
import { requireFleetViewer } from '@/data/viewer';
import { ACTION_WORDS, AUDIT_ACTIONS } from '@/features/audit/audit-actions';
import { AuditFilter } from '@/features/audit/audit-filter';
import { AUDIT_PAGE_SIZE, auditHref, auditSearch } from '@/features/audit/audit-search';
import { AuditTable } from '@/features/audit/audit-table';
import { auditHeading } from '@/features/audit/describe-change';
import { NoEntries } from '@/features/audit/no-entries';
import { PageFrame } from '@/features/navigation/page-frame';

export const metadata: Metadata = { title: 'Audit log' };

export default async function AuditPage({ searchParams }: PageProps<'/audit'>) {
  const viewer = await requireFleetViewer();
  const search = await auditSearch(searchParams);
  const [{ items, total }, actors, today] = await Promise.all([
    listAudit(viewer, { ...search, pageSize: AUDIT_PAGE_SIZE }),
    auditActors(viewer),
    changesToday(viewer),
  ]);
  return (
    <PageFrame crumbs={[{ label: 'Audit log' }]}>
      <PageHead
        title={auditHeading(today)}
        actions={<ExportLink href={auditHref({ ...search, page: 1 }, '/api/audit.csv')} />}
      >
        <PageLead>Who changed what, for whom and why. Entries cannot be edited or deleted.</PageLead>
      </PageHead>
      <section aria-label="Audit log">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <SearchField name="tenant" label="Filter by tenant, name or id" placeholder="Tenant, name or id" />
          <AuditFilter
            name="action"
            label="What was done"
            any="Any deed"
            options={AUDIT_ACTIONS.map((value) => ({ value, label: ACTION_WORDS[value] }))}
          />
          <AuditFilter
            name="actor"
            label="Actor"
            any="Any actor"
            options={actors.map((value) => ({ value, label: value }))}
          />
        </div>
        {items.length === 0 ? (
          <NoEntries search={search} />
        ) : (
          <>
            <AuditTable rows={items} />
            <Pager
              page={search.page}
              pageSize={AUDIT_PAGE_SIZE}
              total={total}
              words={['Newer', 'Older']}
              href={(page) => auditHref({ ...search, page })}
            />
          </>
        )}
      </section>
    </PageFrame>
  );
}
