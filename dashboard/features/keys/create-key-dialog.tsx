'use client';

import { useId, useState } from 'react';
import { describedBy, Field, Input, Select } from '@/components/ui/field';
import type { NewApiKey } from '@/data/api-key-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import type { KeyActions } from './key-actions';
import { scopesOf, scopesProblem } from './key-words';

const LIVES = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: '1 year' },
] as const;
const NEVER = 'never';

interface CreateKeyDialogProps {
  readonly create: KeyActions['create'];
  readonly onClose: () => void;
  readonly onMade: (made: NewApiKey) => void;
}

export function CreateKeyDialog({ create, onClose, onMade }: CreateKeyDialogProps) {
  const id = useId();
  const { pending, errors, refusal, run, forget } = useChange(create, onMade, ['name', 'scopes', 'reason']);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState('');
  const [life, setLife] = useState('90');
  const [asked, setAsked] = useState(false);
  const nameError =
    asked && name.trim() === '' ? 'Name the program that will use it.' : errors.name && `The name ${errors.name}.`;
  const scopesError =
    (asked ? scopesProblem(scopesOf(scopes)) : undefined) ?? (errors.scopes && `Scopes: ${errors.scopes}.`);
  const nameHint = 'By which people recognise it, such as “CI” or “pricing service”';
  const scopesHint =
    'What your application is to let it do, such as market:read, with spaces between. It alone checks them, and decides what a key without any may do';
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Create an API key"
      lead="A program signs in with it and acts for the tenant. The key is shown once."
      action="Create key"
      reason={{ hint: 'Required. Shown in the audit log, the key is not' }}
      pending={pending}
      refusal={refusal}
      errors={errors}
      onEdit={forget}
      check={() => {
        setAsked(true);
        return name.trim() !== '' && scopesProblem(scopesOf(scopes)) === undefined;
      }}
      onConfirm={(reason) =>
        run({ name: name.trim(), scopes: scopesOf(scopes), lifeDays: life === NEVER ? null : Number(life), reason })
      }
    >
      <Field id={`${id}-name`} label="Name" hint={nameHint} error={nameError}>
        <Input
          id={`${id}-name`}
          autoComplete="off"
          maxLength={100}
          value={name}
          disabled={pending}
          aria-invalid={Boolean(nameError)}
          aria-describedby={describedBy(`${id}-name`, nameHint, nameError)}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field id={`${id}-scopes`} label="Scopes" hint={scopesHint} error={scopesError}>
        <Input
          id={`${id}-scopes`}
          autoComplete="off"
          spellCheck={false}
          maxLength={2_000}
          value={scopes}
          disabled={pending}
          aria-invalid={Boolean(scopesError)}
          aria-describedby={describedBy(`${id}-scopes`, scopesHint, scopesError)}
          onChange={(event) => setScopes(event.target.value)}
          className="font-mono"
        />
      </Field>
      <Field id={`${id}-life`} label="Expires after">
        <Select id={`${id}-life`} value={life} disabled={pending} onChange={(event) => setLife(event.target.value)}>
          {LIVES.map(({ days, label }) => (
            <option key={days} value={days}>
              {label}
            </option>
          ))}
          <option value={NEVER}>Never</option>
        </Select>
      </Field>
    </ConfirmDialog>
  );
}
