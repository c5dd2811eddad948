import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AdminApiDown } from '@/data/admin-api';
import { periodOfSlug } from '@/data/statement-schema';
import { findStatement } from '@/data/statements';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { findTenant } from '@/data/tenants';
import { requireFleetViewer } from '@/data/viewer';
import { PageFrame } from '@/features/navigation/page-frame';
import { ApiSilent } from '@/features/statements/api-silent';
import { StatementView } from '@/features/statements/statement-view';

export const metadata: Metadata = { title: 'Statement' };

export default async function StatementPage({ params }: PageProps<'/billing/[tenantId]/[periodStart]'>) {
  const viewer = await requireFleetViewer();
  const { tenantId, periodStart } = await params;
  const period = periodOfSlug(periodStart);
  if (period === undefined || !TENANT_ID_PATTERN.test(tenantId)) notFound();
  const [tenant, statement] = await Promise.all([
    findTenant(viewer, tenantId),
    findStatement(viewer, tenantId, period).catch((error: unknown) => {
      if (error instanceof AdminApiDown) return null;
      throw error;
    }),
  ]);
  if (statement === undefined) notFound();
  const name = tenant?.data.name ?? tenantId;
  return (
    <PageFrame crumbs={[{ label: 'Billing', href: '/billing' }, { label: name }]}>
      {statement === null ? (
        <>
          <h1>Statement of {name}</h1>
          <ApiSilent />
        </>
      ) : (
        <StatementView
          statement={statement}
          name={name}
          csvHref={`/api/billing/${tenantId}/${encodeURIComponent(period)}`}
        />
      )}
    </PageFrame>
  );
}
