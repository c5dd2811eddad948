'use client';

import { useId, useState } from 'react';
import { Field, Select } from '@/components/ui/field';
import type { ApiKey, NewApiKey } from '@/data/api-key-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import type { KeyActions } from './key-actions';

const GRACES = [
  { seconds: 0, label: 'Not at all: it ends now' },
  { seconds: 3_600, label: '1 hour' },
  { seconds: 86_400, label: '1 day' },
  { seconds: 604_800, label: '7 days' },
] as const;
const DEFAULT_GRACE = '86400';

interface RotateKeyDialogProps {
  readonly apiKey: ApiKey;
  readonly rotate: KeyActions['rotate'];
  readonly onClose: () => void;
  readonly onMade: (made: NewApiKey) => void;
}

export function RotateKeyDialog({ apiKey, rotate, onClose, onMade }: RotateKeyDialogProps) {
  const id = useId();
  const [grace, setGrace] = useState(DEFAULT_GRACE);
  const { pending, errors, refusal, run } = useChange(rotate, onMade, ['reason']);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Rotate the key “${apiKey.name}”`}
      lead="A new key with the same name and scopes is shown once. The old one serves on for a while, so that programs can change over. A key is rotated once."
      action="Rotate key"
      danger={grace === '0'}
      reason={{ hint: 'Required. Shown in the audit log' }}
      pending={pending}
      refusal={refusal}
      errors={errors}
      onConfirm={(reason) => run({ keyId: apiKey.keyId, graceSeconds: Number(grace), reason })}
    >
      <Field id={id} label="The old key serves on for">
        <Select id={id} value={grace} disabled={pending} onChange={(event) => setGrace(event.target.value)}>
          {GRACES.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
    </ConfirmDialog>
  );
}
