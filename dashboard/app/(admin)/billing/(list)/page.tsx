import type { Metadata } from 'next';
import { ExportLink } from '@/components/ui/export-link';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { SearchField } from '@/components/ui/search-field';
import { SkeletonRows } from '@/components/ui/skeleton';
import { readBilling } from '@/data/billing';
import { presentMonth } from '@/data/billing-month';
import { requireFleetViewer } from '@/data/viewer';
import { BillingFigures } from '@/features/billing/billing-figures';
import { BILLING_PAGE_SIZE, billingHref, billingSearch } from '@/features/billing/billing-search';
import { BillingTable } from '@/features/billing/billing-table';
import { billingHeading, billingLead } from '@/features/billing/billing-words';
import { ExampleBill } from '@/features/billing/example-bill';
import { MonthSteps } from '@/features/billing/month-steps';
import { NoBills } from '@/features/billing/no-bills';
import { Block } from '@/features/live/block';
import { PageFrame } from '@/features/navigation/page-frame';
import { BilledUnits } from '@/features/statements/billed-units';

export const metadata: Metadata = { title: 'Billing' };

export default async function BillingPage({ searchParams }: PageProps<'/billing'>) {
  const viewer = await requireFleetViewer();
  const search = await billingSearch(searchParams);
  const present = presentMonth();
  const { items, total, sums, firstEndMs } = await readBilling(viewer, { ...search, pageSize: BILLING_PAGE_SIZE });
  const firstMonth = firstEndMs === undefined ? present : new Date(firstEndMs - 1).toISOString().slice(0, 7);
  const [only, ...others] = sums;
  const example = items[0];
  return (
    <PageFrame crumbs={[{ label: 'Billing' }]} tools={<MonthSteps search={search} firstMonth={firstMonth} />}>
      <PageHead
        title={billingHeading(search.month, search.month === present, sums)}
        actions={<ExportLink href={billingHref({ ...search, page: 1 }, '/api/billing.csv')} />}
      >
        <PageLead>{billingLead(sums)} Months are in UTC; a period belongs to the month that it ends in.</PageLead>
      </PageHead>
      <BillingFigures sums={sums} />
      <BilledUnits />
      <section aria-label="Tenants’ periods">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <SearchField name="search" label="Search tenants by name or id" placeholder="Name or id" />
        </div>
        {items.length === 0 ? (
          <NoBills search={search} total={total} />
        ) : (
          <>
            <BillingTable
              rows={items}
              search={search}
              currency={others.length === 0 ? (only?.currency ?? undefined) : undefined}
            />
            <Pager
              page={search.page}
              pageSize={BILLING_PAGE_SIZE}
              total={total}
              href={(page) => billingHref({ ...search, page })}
            />
          </>
        )}
      </section>
      {example && !example.gone && (
        <Block name="The formula" skeleton={<SkeletonRows rows={6} label="The formula is loading" />}>
          <ExampleBill viewer={viewer} row={example} />
        </Block>
      )}
    </PageFrame>
  );
}
