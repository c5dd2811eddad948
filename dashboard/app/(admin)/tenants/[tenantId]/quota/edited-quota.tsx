import { notFound } from 'next/navigation';
import { findTenant } from '@/data/tenants';
import { ROLE_NAMES, requireFleetViewer } from '@/data/viewer';
import { FormClosed } from '@/features/quota/form-closed';
import { wholeMb } from '@/features/quota/quota-entries';
import { quotaSummary } from '@/features/quota/quota-summary';
import { submitQuota, undoQuota } from './actions';

/** What the form shows, whether as a page or as a sheet. 404 where there is no such tenant. */
export async function editedQuota(tenantId: string, query: { quotaMb?: string | string[] | undefined }) {
  const viewer = await requireFleetViewer();
  const found = await findTenant(viewer, tenantId);
  if (!found) notFound();
  const { name, quota, usage } = found.data;
  const apiTrouble = found.source === 'recorded' ? found.why : undefined;
  const closed = viewer.role !== 'admin' || apiTrouble !== undefined;
  return {
    tenantName: name,
    quota,
    summary: quotaSummary(quota, usage?.usedBytes),
    closed: closed ? <FormClosed roleName={ROLE_NAMES[viewer.role]} apiTrouble={apiTrouble} /> : undefined,
    save: submitQuota,
    undo: undoQuota,
    suggestedMb: suggested(query.quotaMb),
  };
}

/** A link from the advice fills the quota in; anything but a whole number that may be saved is left out. */
function suggested(quotaMb: string | string[] | undefined): number | undefined {
  return typeof quotaMb === 'string' ? wholeMb(quotaMb, 1) : undefined;
}
