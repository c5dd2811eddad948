import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { moment } from '@/components/ui/times';
import { AdminApiProblem } from '@/data/admin-api';
import { readAlertRules, tenantNameOf } from '@/data/alerts';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { requireFleetViewer } from '@/data/viewer';
import { RulesForm } from '@/features/alerts/rules-form';
import { RulesList } from '@/features/alerts/rules-list';
import { rulesHeading } from '@/features/alerts/rules-words';
import { PageFrame } from '@/features/navigation/page-frame';
import { reached } from '@/features/settings/reached';
import { SettingsTrouble } from '@/features/settings/settings-trouble';
import { saveRules } from './actions';

type Props = PageProps<'/alerts/rules/[tenantId]'>;

/** The title and the page ask for the same tenant. */
const nameOf = cache(async (tenantId: string) => {
  const viewer = await requireFleetViewer();
  return TENANT_ID_PATTERN.test(tenantId) ? tenantNameOf(viewer, tenantId) : undefined;
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const name = await nameOf((await params).tenantId);
  return { title: name ? `Alert rules of ${name}` : 'Not found' };
}

export default async function RulesPage({ params }: Props) {
  const viewer = await requireFleetViewer();
  const { tenantId } = await params;
  const name = await nameOf(tenantId);
  if (name === undefined) notFound();
  const read = await reached(readAlertRules(viewer, tenantId)).catch(goneToo);
  return (
    <PageFrame
      crumbs={[{ label: 'Alerts', href: '/alerts' }, { label: name, href: `/tenants/${tenantId}` }, { label: 'Rules' }]}
    >
      {read.kind === 'unreachable' ? (
        <SettingsTrouble title={`Alert rules of ${name}`} why={read.why} />
      ) : (
        <>
          <PageHead title={rulesHeading(name, read.data)}>
            <PageLead>
              {read.data.changedAt === null
                ? 'These are the defaults; nobody changed them for this tenant. '
                : `Changed ${moment(read.data.changedAt)} UTC. `}
              <Link
                href={`/alerts?tenant=${tenantId}`}
                className="text-brand underline decoration-1 underline-offset-3"
              >
                Its alerts
              </Link>
            </PageLead>
          </PageHead>
          {viewer.role === 'admin' ? (
            <RulesForm key={read.data.version} tenantId={tenantId} name={name} rules={read.data} save={saveRules} />
          ) : (
            <section aria-label="Rules" className="max-w-[640px]">
              <RulesList rules={read.data} voice="operator" />
            </section>
          )}
        </>
      )}
    </PageFrame>
  );
}

/** A tenant that Postgres still has and the API does not. */
function goneToo(error: unknown): never {
  if (error instanceof AdminApiProblem && error.status === 404) notFound();
  throw error;
}
