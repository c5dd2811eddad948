import type { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import { limitMib } from '@/components/ui/figures';
import type { Quota } from '@/data/quota-schema';
import type { UndoResult } from '@/data/quota-undo';
import { showQuota } from './shown-quota';

export type UndoQuota = (tenantId: string, version: number, confirmed: boolean) => Promise<UndoResult>;
type Router = Pick<ReturnType<typeof useRouter>, 'push' | 'refresh'>;

const OFFERED_MS = 10_000;

interface Offer {
  readonly tenantName: string;
  /** As saved. */
  readonly quota: Quota;
  readonly description: string;
  readonly undo: UndoQuota;
  readonly router: Router;
}

/** Says that a quota was saved and offers to take that back; where going back loses something, the tenant's page asks. */
export function offerUndo({ tenantName, quota, description, undo, router }: Offer): void {
  const { tenantId, version } = quota;
  const takeBack = async () => {
    const result = await undo(tenantId, version, false).catch(lost);
    if (result.outcome === 'undone') sayUndone(tenantName, result.quota, router);
    if (result.outcome === 'asks') router.push(`/tenants/${tenantId}?undo=${version}`);
    if (result.outcome === 'refused') {
      toast.error(`The change of ${tenantName} stands`, {
        description: result.message,
        duration: OFFERED_MS,
        ...(result.again && { action: { label: 'Try again', onClick: () => void takeBack() } }),
      });
    }
  };
  toast.success(`Quota of ${tenantName} saved`, {
    description,
    duration: OFFERED_MS,
    action: { label: 'Undo', onClick: () => void takeBack() },
  });
}

export function sayUndone(tenantName: string, quota: Quota, router: Router): void {
  showQuota(quota);
  toast.success(`The quota of ${tenantName} is ${limitMib(quota.quotaBytes)} again`, {
    description: 'The audit log has the change and its undo.',
  });
  router.refresh();
}

export function lost(): UndoResult {
  const message = 'The dashboard did not answer, so it is not known whether this was undone. Reload to see.';
  return { outcome: 'refused', message };
}
