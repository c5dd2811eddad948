'use client';

import type { Fleet } from '@/data/fleet-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { FleetConflictNote } from './fleet-conflict';
import { type SaveFleet, useFleetChange } from './use-fleet-change';

interface BypassDialogProps {
  /** As it was when the dialog was opened. */
  readonly opened: Fleet;
  readonly save: SaveFleet;
  readonly onClose: () => void;
  readonly onSaved: (fleet: Fleet) => void;
}

/** The kill switch, and its lifting. */
export function BypassDialog({ opened, save, onClose, onSaved }: BypassDialogProps) {
  const { conflict, pending, errors, refusal, submit } = useFleetChange(opened, save, onSaved, ['reason']);
  const bypass = !opened.sharedStoreBypassed;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={bypass ? 'Bypass the shared store for all tenants?' : 'Use the shared store again?'}
      lead={
        bypass
          ? 'Redis is taken out of the way of requests in every process: they are served from memory for at most 2 s, else from the source, so sources see many more loads. Nothing that is stored is lost.'
          : 'Entries are read from and written to Redis again. What was invalidated meanwhile is sent first.'
      }
      action={bypass ? 'Bypass the shared store' : 'Use the shared store'}
      danger={bypass}
      reason={{ hint: 'Required. Shown in the audit log' }}
      pending={pending}
      refusal={refusal}
      errors={errors}
      onConfirm={(reason) => submit({ sharedStoreBypassed: bypass, reason })}
    >
      <FleetConflictNote conflict={conflict} />
    </ConfirmDialog>
  );
}
