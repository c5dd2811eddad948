import type { Metadata } from 'next';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { PageFrame } from '@/features/navigation/page-frame';
import { QuotaForm } from '@/features/quota/quota-form';
import { editedQuota } from './edited-quota';

export const metadata: Metadata = { title: 'Edit quota' };

export default async function QuotaPage({ params, searchParams }: PageProps<'/tenants/[tenantId]/quota'>) {
  const { tenantId } = await params;
  const { summary, ...form } = await editedQuota(tenantId, await searchParams);
  const crumbs = [
    { label: 'Tenants', href: '/tenants' },
    { label: form.tenantName, href: `/tenants/${tenantId}` },
    { label: 'Edit quota' },
  ];
  return (
    <PageFrame crumbs={crumbs}>
      <div className="grid max-w-[560px] gap-6">
        <PageHead title={`Edit quota: ${form.tenantName}`}>
          <PageLead>{summary}</PageLead>
        </PageHead>
        <QuotaForm {...form} layout="page" />
      </div>
    </PageFrame>
  );
}
