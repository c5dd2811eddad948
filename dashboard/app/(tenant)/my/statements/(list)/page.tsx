import { Receipt, SearchX } from 'lucide-react';
import type { Metadata } from 'next';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { PageHead, PageLead, SectionHead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { AdminApiDown } from '@/data/admin-api';
import { listOwnStatements, ownOpenStatement, type StatementPage } from '@/data/statements';
import { requireTenantViewer } from '@/data/viewer';
import { PageFrame } from '@/features/navigation/page-frame';
import { ApiSilent } from '@/features/statements/api-silent';
import { BilledUnits } from '@/features/statements/billed-units';
import { OpenPeriod } from '@/features/statements/open-period';
import { momentUtc, statementHeading } from '@/features/statements/statement-words';
import { STATEMENTS_PAGE_SIZE, statementsHref, statementsPage } from '@/features/statements/statements-search';
import { StatementsTable } from '@/features/statements/statements-table';

export const metadata: Metadata = { title: 'Statements' };

export default async function StatementsPage({ searchParams }: PageProps<'/my/statements'>) {
  const viewer = await requireTenantViewer();
  const page = await statementsPage(searchParams);
  const read = await Promise.all([
    ownOpenStatement(viewer),
    listOwnStatements(viewer, page, STATEMENTS_PAGE_SIZE),
  ]).catch((error: unknown) => {
    if (error instanceof AdminApiDown) return undefined;
    throw error;
  });
  if (read === undefined) {
    return (
      <PageFrame crumbs={[{ label: 'Statements' }]}>
        <PageHead title="Statements" />
        <ApiSilent />
      </PageFrame>
    );
  }
  const [open, closed] = read;
  return (
    <PageFrame crumbs={[{ label: 'Statements' }]}>
      <PageHead
        title={statementHeading(open)}
        actions={closed.total > 0 && <ExportLink href="/api/my/statements.csv" />}
      >
        <PageLead>
          The period ends at {momentUtc(open.periodEnd)} and is then closed. Closed statements never change.
        </PageLead>
      </PageHead>
      <BilledUnits />
      {page === 1 && <OpenPeriod statement={open} />}
      <Closed page={page} closed={closed} endsAt={open.periodEnd} />
    </PageFrame>
  );
}

function Closed({ page, closed, endsAt }: { page: number; closed: StatementPage; endsAt: string }) {
  const { items, total } = closed;
  return (
    <section>
      <SectionHead
        title={total === 0 ? 'No period is closed yet' : `${total} closed ${total === 1 ? 'period' : 'periods'}`}
      />
      {items.length > 0 ? (
        <>
          <StatementsTable statements={items} />
          <Pager
            page={page}
            pageSize={STATEMENTS_PAGE_SIZE}
            total={total}
            words={['Newer', 'Older']}
            href={statementsHref}
          />
        </>
      ) : total === 0 ? (
        <Empty icon={Receipt} title="Your first statement comes with the end of this period">
          The period ends at {momentUtc(endsAt)}. Its statement appears here within minutes after that.
        </Empty>
      ) : (
        <Empty
          icon={SearchX}
          title="This page is beyond the last one"
          actions={
            <ButtonLink size="small" href={statementsHref(1)}>
              Go to the first page
            </ButtonLink>
          }
        />
      )}
    </section>
  );
}
