import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AdminApiDown } from '@/data/admin-api';
import { readOwnUsage } from '@/data/own-usage';
import { periodOfSlug } from '@/data/statement-schema';
import { findOwnStatement } from '@/data/statements';
import { requireTenantViewer } from '@/data/viewer';
import { PageFrame } from '@/features/navigation/page-frame';
import { ApiSilent } from '@/features/statements/api-silent';
import { StatementView } from '@/features/statements/statement-view';

export const metadata: Metadata = { title: 'Statement' };

export default async function OwnStatementPage({ params }: PageProps<'/my/statements/[periodStart]'>) {
  const viewer = await requireTenantViewer();
  const period = periodOfSlug((await params).periodStart);
  if (period === undefined) notFound();
  const [own, statement] = await Promise.all([
    readOwnUsage(viewer),
    findOwnStatement(viewer, period).catch((error: unknown) => {
      if (error instanceof AdminApiDown) return null;
      throw error;
    }),
  ]);
  if (statement === undefined || !own) notFound();
  return (
    <PageFrame crumbs={[{ label: 'Statements', href: '/my/statements' }, { label: own.name }]}>
      {statement === null ? (
        <>
          <h1>Statement of {own.name}</h1>
          <ApiSilent />
        </>
      ) : (
        <StatementView
          statement={statement}
          name={own.name}
          csvHref={`/api/my/statements/${encodeURIComponent(period)}`}
        />
      )}
    </PageFrame>
  );
}
