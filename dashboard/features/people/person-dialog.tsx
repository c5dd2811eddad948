'use client';

import { useId, useState } from 'react';
import { Field, Select } from '@/components/ui/field';
import { counted } from '@/components/ui/figures';
import type { Person } from '@/data/people';
import type { OneTimePassword } from '@/data/people-changes';
import { INVITATION_DAYS, ROLES, STAFF_ROLES, TENANT_ROLES } from '@/data/people-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import type { PeopleActions } from './people-actions';
import { ROLE_HINTS, ROLE_LABELS } from './people-words';

export type Deed = 'role' | 'renew' | 'sessions' | 'remove';

interface PersonDialogProps {
  readonly deed: Deed;
  readonly person: Person;
  readonly actions: PeopleActions;
  readonly onClose: () => void;
  readonly onRenewed: (made: OneTimePassword) => void;
  /** With the number of sessions that ended, 0 for another deed. */
  readonly onDone: (sessions: number) => void;
}

/** Asks before a person is changed; the event list shows it afterwards. */
export function PersonDialog({ deed, person, actions, onClose, onRenewed, onDone }: PersonDialogProps) {
  const id = useId();
  const { email, sessions } = person;
  const [role, setRole] = useState(ROLES.find((known) => known === person.role) ?? ROLES[0]);
  const changeRole = useChange(actions.changeRole, () => onDone(0));
  const renew = useChange(actions.renew, onRenewed);
  const end = useChange(actions.endSessions, onDone);
  const remove = useChange(actions.remove, () => onDone(0));
  const choices = person.tenantId === null ? STAFF_ROLES : TENANT_ROLES;
  const lost = counted(sessions, 'open session', 'open sessions');
  const asked = {
    role: {
      title: `Change the role of ${email}?`,
      lead: 'It holds with the next page that is opened, also in open sessions.',
      action: 'Change role',
      change: changeRole,
      run: () => changeRole.run({ userId: person.id, role }),
    },
    renew: {
      title: `Make a one-time password for ${email}?`,
      lead: `The present password and ${lost} end. The new one is shown once, and ends after ${INVITATION_DAYS} days.`,
      action: 'Make a one-time password',
      change: renew,
      run: () => renew.run(person.id),
    },
    sessions: {
      title: `End all sessions of ${email}?`,
      lead: `${lost} end with the next page that is opened. The account can sign in again.`,
      action: 'End all sessions',
      change: end,
      run: () => end.run(person.id),
    },
    remove: {
      title: `Remove ${email}?`,
      lead: `The account and ${lost} end. What it did stays in the audit log.`,
      action: 'Remove the account',
      change: remove,
      run: () => remove.run(person.id),
    },
  }[deed];
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={asked.title}
      lead={asked.lead}
      action={asked.action}
      danger={deed === 'remove'}
      pending={asked.change.pending}
      refusal={asked.change.refusal}
      onConfirm={asked.run}
    >
      {deed === 'role' && (
        <Field id={id} label="Role" hint={ROLE_HINTS[role]}>
          <Select
            id={id}
            value={role}
            aria-describedby={`${id}-hint`}
            onChange={({ target }) => setRole(choices.find((known) => known === target.value) ?? role)}
          >
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {ROLE_LABELS[choice]}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </ConfirmDialog>
  );
}
