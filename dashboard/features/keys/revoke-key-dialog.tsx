'use client';

import type { ApiKey } from '@/data/api-key-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import type { KeyActions } from './key-actions';

interface RevokeKeyDialogProps {
  readonly apiKey: ApiKey;
  readonly revoke: KeyActions['revoke'];
  readonly onClose: () => void;
  readonly onRevoked: (key: ApiKey) => void;
}

export function RevokeKeyDialog({ apiKey, revoke, onClose, onRevoked }: RevokeKeyDialogProps) {
  const { pending, errors, refusal, run } = useChange(revoke, onRevoked, ['reason']);
  const used = apiKey.lastUsedAt === null ? 'It was never used.' : 'Programs that use it are refused.';
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke the key “${apiKey.name}”?`}
      lead={
        <>
          <code>{apiKey.prefix}…</code> opens nothing within a second, in every process. {used} This cannot be undone.
        </>
      }
      action="Revoke key"
      danger
      reason={{ hint: 'Required. Shown in the audit log' }}
      pending={pending}
      refusal={refusal}
      errors={errors}
      onConfirm={(reason) => run({ keyId: apiKey.keyId, reason })}
    />
  );
}
