import { Lock } from 'lucide-react';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Facts } from '@/components/ui/facts';
import { Note } from '@/components/ui/note';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { CHANGED_AT_ONCE, findPlan } from '@/data/plans';
import { ROLE_NAMES, requireFleetViewer } from '@/data/viewer';
import { PageFrame } from '@/features/navigation/page-frame';
import { BulkForm } from '@/features/plans/bulk-form';
import { planHeading, planLimits } from '@/features/plans/plan-words';
import { planOfSegment } from '@/features/plans/segment';
import { reached } from '@/features/settings/reached';
import { SettingsNav } from '@/features/settings/settings-nav';
import { SettingsTrouble } from '@/features/settings/settings-trouble';
import { applyToPlan } from './actions';

export const metadata: Metadata = { title: 'Change the quotas of a plan' };

export default async function PlanPage({ params }: PageProps<'/settings/plans/[plan]'>) {
  const viewer = await requireFleetViewer();
  const name = planOfSegment((await params).plan);
  const read = await reached(findPlan(viewer, name));
  const crumbs = [{ label: 'Settings', href: '/settings' }, { label: name }];
  if (read.kind === 'unreachable') {
    return (
      <PageFrame crumbs={crumbs}>
        <SettingsNav />
        <SettingsTrouble title={name} why={read.why} />
      </PageFrame>
    );
  }
  const plan = read.data;
  if (!plan) notFound();
  const { quota } = plan;
  const limits = planLimits(plan);
  return (
    <PageFrame crumbs={crumbs}>
      <SettingsNav />
      <PageHead title={planHeading(plan)}>
        <PageLead>
          A change here gives each of them settings of its own. What the plan gives to tenants that come later stays.
        </PageLead>
      </PageHead>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[minmax(0,560px)_minmax(0,1fr)] lg:gap-x-10">
        <section aria-label="Change all tenants of the plan">
          {viewer.role === 'admin' ? (
            <BulkForm plan={plan} changePage={applyToPlan} pageSize={CHANGED_AT_ONCE} />
          ) : (
            <Note icon={Lock} title="Only admins change quotas">
              You are signed in as {ROLE_NAMES[viewer.role].toLowerCase()}: you can read plans, not change them.
            </Note>
          )}
        </section>
        <section aria-label="The plan" className="max-lg:order-first">
          <h2 className="mb-3">The plan gives</h2>
          <Facts
            facts={[
              { key: 'quota', name: 'Quota', value: limits.quota },
              { key: 'overage', name: 'Overage', value: limits.overage },
              { key: 'policy', name: 'When the quota is full', value: <code>{quota.policy}</code> },
              { key: 'enforcement', name: 'Enforcement', value: quota.enforcement },
            ]}
          />
        </section>
      </div>
    </PageFrame>
  );
}
