import type { Metadata } from 'next';
import { QuotaForm } from '@/features/quota/quota-form';
import { QuotaSheet } from '@/features/quota/quota-sheet';
import { editedQuota } from '../../quota/edited-quota';

export const metadata: Metadata = { title: 'Edit quota' };

interface Props {
  params: Promise<{ tenantId: string }>;
  searchParams: Promise<{ quotaMb?: string | string[] }>;
}

export default async function QuotaSheetPage({ params, searchParams }: Props) {
  const { tenantId } = await params;
  const { summary, ...form } = await editedQuota(tenantId, await searchParams);
  return (
    <QuotaSheet title={`Edit quota: ${form.tenantName}`} summary={summary} back={`/tenants/${tenantId}`}>
      <QuotaForm {...form} layout="sheet" />
    </QuotaSheet>
  );
}
