import { Layers2 } from 'lucide-react';
import type { Metadata } from 'next';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { listPlans } from '@/data/plans';
import { requireFleetViewer } from '@/data/viewer';
import { PageFrame } from '@/features/navigation/page-frame';
import { plansHeading } from '@/features/plans/plan-words';
import { PlansTable } from '@/features/plans/plans-table';
import { pageHref, pageOf } from '@/features/settings/page-search';
import { reached } from '@/features/settings/reached';
import { SettingsNav } from '@/features/settings/settings-nav';
import { SettingsTrouble } from '@/features/settings/settings-trouble';

export const metadata: Metadata = { title: 'Plans' };

const PAGE_SIZE = 25;

export default async function PlansPage({ searchParams }: PageProps<'/settings'>) {
  const viewer = await requireFleetViewer();
  const page = await pageOf(searchParams);
  const read = await reached(listPlans(viewer, { page, pageSize: PAGE_SIZE }));
  return (
    <PageFrame crumbs={[{ label: 'Settings' }]}>
      <SettingsNav />
      {read.kind === 'unreachable' ? (
        <SettingsTrouble title="Plans" why={read.why} />
      ) : (
        <>
          <PageHead
            title={plansHeading(read.data.items, read.data.total)}
            actions={read.data.total > 0 && <ExportLink href="/api/plans.csv" />}
          >
            <PageLead>
              A plan gives its tenants their first quota. Quotas of all tenants of a plan can be changed together.
            </PageLead>
          </PageHead>
          {read.data.items.length === 0 ? (
            <Empty icon={Layers2} title={read.data.total === 0 ? 'No plan is set up' : 'There is nothing on this page'}>
              Plans are rows of the table <code>plans</code> in Postgres.
            </Empty>
          ) : (
            <section aria-label="Plans">
              <PlansTable plans={read.data.items} canEdit={viewer.role === 'admin'} />
              <Pager
                page={page}
                pageSize={PAGE_SIZE}
                total={read.data.total}
                href={(to) => pageHref('/settings', to)}
              />
            </section>
          )}
        </>
      )}
    </PageFrame>
  );
}
