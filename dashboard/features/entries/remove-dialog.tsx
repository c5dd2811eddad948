'use client';

import { counted } from '@/components/ui/figures';
import type { ChangeResult } from '@/data/change';
import type { EntryName, Removal } from '@/data/entries-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';

export const LOSS = 'This cannot be undone. What is taken away is loaded again when somebody asks for it.';

interface RemoveDialogProps {
  readonly tenantName: string;
  readonly names: readonly EntryName[];
  readonly onClose: () => void;
  readonly onDone: (removal: Removal) => void;
  readonly remove: (names: readonly EntryName[], reason: string) => Promise<ChangeResult<Removal>>;
}

/** Asks before entries are deleted by name. */
export function RemoveDialog({ tenantName, names, onClose, onDone, remove }: RemoveDialogProps) {
  const { run, pending, refusal, errors } = useChange(remove, onDone, ['reason']);
  const what = counted(names.length, 'entry', 'entries');
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${what} of ${tenantName}`}
      lead={LOSS}
      action={`Delete ${what}`}
      danger
      reason={{ hint: 'Shown in the audit log' }}
      pending={pending}
      refusal={refusal}
      errors={errors}
      onConfirm={(reason) => run(names, reason)}
    />
  );
}
