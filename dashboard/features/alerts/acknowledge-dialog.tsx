'use client';

import { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import type { Alert } from '@/data/alert-schema';
import type { ChangeResult } from '@/data/change';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import { whatHappened } from './alert-words';
import { nameOf } from './alerts-table';

export type Acknowledge = (alertId: string, reason: string) => Promise<ChangeResult>;

interface AcknowledgeDialogProps {
  readonly alert: Alert;
  readonly acknowledge: Acknowledge;
  readonly onClose: () => void;
}

/** Says that somebody looks at an alert. */
export function AcknowledgeDialog({ alert, acknowledge, onClose }: AcknowledgeDialogProps) {
  const router = useRouter();
  const change = useChange(acknowledge, () => {
    toast.success('Alert acknowledged', { description: `${nameOf(alert)}: ${whatHappened(alert)}` });
    onClose();
    router.refresh();
  }, ['reason']);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Acknowledge “${whatHappened(alert)}”`}
      lead={`${nameOf(alert)}. It stays open until the value is back; others see that you look at it.`}
      action="Acknowledge"
      reason={{ hint: 'What you found or will do. The audit log keeps it.' }}
      pending={change.pending}
      refusal={change.refusal}
      errors={change.errors}
      onConfirm={(reason) => change.run(alert.id, reason)}
    />
  );
}
