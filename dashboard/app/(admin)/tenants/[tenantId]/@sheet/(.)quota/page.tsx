import type { Metadata } from 'next';
import { QuotaForm } from '@/features/quota/quota-form';
import { QuotaSheet } from '@/features/quota/quota-sheet';
import { editedQuota } from '../../quota/edited-quota';

export const metadata: Metadata = { title: 'Edit quota' };

export default async function QuotaSheetPage({ params }: { params: Promise<{ tenantId: string }> }) {
  const { tenantId } = await params;
  const { summary, ...form } = await editedQuota(tenantId);
  return (
    <QuotaSheet title={`Edit quota: ${form.tenantName}`} summary={summary} back={`/tenants/${tenantId}`}>
      <QuotaForm {...form} layout="sheet" />
    </QuotaSheet>
  );
}
