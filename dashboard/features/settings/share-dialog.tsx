'use client';

import { useId, useState } from 'react';
import { describedBy, Field, Input } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { ENFORCEMENTS_OF_OTHERS, type Fleet } from '@/data/fleet-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { OTHERS_LABELS, OTHERS_WORDS, percentageOf, share, shareConsequence } from './enforcement-words';
import { FleetConflictNote } from './fleet-conflict';
import { type SaveFleet, useFleetChange } from './use-fleet-change';

interface FleetDialogProps {
  /** As it was when the dialog was opened. */
  readonly opened: Fleet;
  readonly tenants: number;
  readonly save: SaveFleet;
  readonly onClose: () => void;
  readonly onSaved: (fleet: Fleet) => void;
}

/** For how many tenants their own enforcement holds, and what holds for the others. */
export function ShareDialog({ opened, tenants, save, onClose, onSaved }: FleetDialogProps) {
  const id = useId();
  const { base, conflict, pending, errors, refusal, forget, submit } = useFleetChange(opened, save, onSaved, [
    'enforcedPercentage',
    'reason',
  ]);
  const [typed, setTyped] = useState(String(opened.enforcedPercentage));
  const [others, setOthers] = useState(opened.enforcementOfOthers);
  const [wrong, setWrong] = useState<string>();
  const percentage = percentageOf(typed);
  const hint = `Now ${share(base.enforcedPercentage)}. A smaller share takes away those that came last`;
  const error = wrong ?? (errors.enforcedPercentage && `The share ${errors.enforcedPercentage}.`);

  const change = {
    ...(percentage !== undefined && percentage !== base.enforcedPercentage && { enforcedPercentage: percentage }),
    ...(others !== base.enforcementOfOthers && { enforcementOfOthers: others }),
  };

  function check() {
    const found =
      percentage === undefined
        ? `The share is 0 to 100 %, with at most two decimals. You entered ${typed.trim() || 'nothing'}.`
        : Object.keys(change).length === 0
          ? 'Nothing differs from what holds now.'
          : undefined;
    setWrong(found);
    return found === undefined;
  }

  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Change enforcement of all tenants"
      lead={
        percentage === undefined ? 'Enter a share to see what it means.' : shareConsequence(percentage, others, tenants)
      }
      action={percentage === undefined ? 'Change enforcement' : `Enforce ${share(percentage)}`}
      danger={percentage !== undefined && percentage > base.enforcedPercentage}
      reason={{ hint: 'Required. Shown in the audit log' }}
      pending={pending}
      refusal={refusal}
      errors={errors}
      onEdit={forget}
      check={check}
      onConfirm={(reason) => submit({ ...change, reason })}
    >
      <FleetConflictNote conflict={conflict} />
      <Field id={id} label="Enforced share, %" hint={hint} error={error}>
        <Input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          value={typed}
          disabled={pending}
          aria-invalid={Boolean(error)}
          aria-describedby={describedBy(id, hint, error)}
          onChange={(event) => {
            setTyped(event.target.value);
            setWrong(undefined);
          }}
          className="w-28 text-right tabular-nums"
        />
      </Field>
      <div className="grid justify-items-start gap-1.5">
        <span id={`${id}-others`} className="text-13 font-medium">
          For the others, at most
        </span>
        <Segmented
          labelledBy={`${id}-others`}
          describedBy={`${id}-others-hint`}
          disabled={pending}
          value={others}
          onChange={(next) => {
            setOthers(next);
            setWrong(undefined);
          }}
          segments={ENFORCEMENTS_OF_OTHERS.map((value) => ({ value, label: OTHERS_LABELS[value] }))}
        />
        <span id={`${id}-others-hint`} className="text-12 text-text-muted">
          {OTHERS_WORDS[others]} A weaker enforcement of their own is kept.
        </span>
      </div>
    </ConfirmDialog>
  );
}
