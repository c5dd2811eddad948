'use client';

import { useId, useState } from 'react';
import { describedBy, Field, Input, Select } from '@/components/ui/field';
import type { OneTimePassword } from '@/data/people-changes';
import { INVITATION_DAYS, isTenantRole, ROLES, type Role } from '@/data/people-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import type { PeopleActions } from './people-actions';
import { ROLE_HINTS, ROLE_LABELS } from './people-words';

interface InviteDialogProps {
  readonly invite: PeopleActions['invite'];
  readonly onClose: () => void;
  readonly onMade: (made: OneTimePassword) => void;
}

export function InviteDialog({ invite, onClose, onMade }: InviteDialogProps) {
  const id = useId();
  const { pending, errors, refusal, run, forget } = useChange(invite, onMade, ['email', 'name', 'role', 'tenantId']);
  const [typed, setTyped] = useState({ email: '', name: '', tenantId: '' });
  const [role, setRole] = useState<Role>('viewer');
  const text = (name: keyof typeof typed, label: string, hint?: string) => (
    <Field id={`${id}-${name}`} label={label} hint={hint} error={errors[name]}>
      <Input
        id={`${id}-${name}`}
        autoComplete="off"
        spellCheck={false}
        maxLength={254}
        value={typed[name]}
        disabled={pending}
        aria-invalid={Boolean(errors[name])}
        aria-describedby={describedBy(`${id}-${name}`, hint, errors[name])}
        onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
      />
    </Field>
  );
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Add a person"
      lead={`You get a one-time password to pass on. It ends after ${INVITATION_DAYS} days, or when another one is chosen.`}
      action="Add"
      pending={pending}
      refusal={refusal}
      onEdit={forget}
      onConfirm={() => run({ ...typed, role })}
    >
      {text('email', 'E-mail')}
      {text('name', 'Name')}
      <Field id={`${id}-role`} label="Role" hint={ROLE_HINTS[role]} error={errors.role}>
        <Select
          id={`${id}-role`}
          value={role}
          aria-invalid={Boolean(errors.role)}
          disabled={pending}
          aria-describedby={describedBy(`${id}-role`, true, errors.role)}
          onChange={({ target }) => setRole(ROLES.find((known) => known === target.value) ?? role)}
        >
          {ROLES.map((known) => (
            <option key={known} value={known}>
              {ROLE_LABELS[known]}
            </option>
          ))}
        </Select>
      </Field>
      {isTenantRole(role) && text('tenantId', 'Tenant', 'Its id, such as org_northwind')}
    </ConfirmDialog>
  );
}
