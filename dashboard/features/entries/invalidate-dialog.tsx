'use client';

import { useId, useState } from 'react';
import { describedBy, Field, Input } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import type { ChangeResult } from '@/data/change';
import type { Removal, Target } from '@/data/entries-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import { LOSS } from './remove-dialog';
import { enteredTarget, type Kind, type TargetEntries } from './target';

interface InvalidateDialogProps {
  readonly tenantName: string;
  readonly resource: string;
  readonly resources: readonly string[];
  readonly onClose: () => void;
  readonly onDone: (target: Target, removal: Removal) => void;
  readonly invalidate: (target: Target, reason: string) => Promise<ChangeResult<Removal>>;
}

const KINDS: readonly { value: Kind; label: string }[] = [
  { value: 'tags', label: 'Tags' },
  { value: 'prefix', label: 'Prefix' },
  { value: 'keys', label: 'Keys' },
  { value: 'resource', label: 'Resource' },
];
const LABELS = { tags: 'Tags', prefix: 'Keys begin with', keys: 'Keys' } as const;
const HINTS = { tags: 'One a line, or with commas', prefix: 'To the letter', keys: 'One a line' } as const;

/** Takes away what is stale by what it is called: tags, a prefix, keys, or a whole resource. */
export function InvalidateDialog(props: InvalidateDialogProps) {
  const { tenantName, resource, resources, onClose, onDone, invalidate } = props;
  const id = useId();
  const [entries, setEntries] = useState<TargetEntries>({ kind: 'tags', resource, text: '' });
  const [asked, setAsked] = useState(false);
  const { kind } = entries;
  const given = enteredTarget(entries);
  const { run, pending, refusal, errors } = useChange(
    async (target: Target, reason: string) => invalidate(target, reason),
    (removal) => {
      if (given.target) onDone(given.target, removal);
    },
    ['reason'],
  );
  const enter = (part: Partial<TargetEntries>) => setEntries((now) => ({ ...now, ...part }));
  const [resourceError, textError] = asked ? [given.errors.resource, given.errors.text] : [];
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Invalidate entries of ${tenantName}`}
      lead={LOSS}
      action={kind === 'resource' ? `Invalidate all of ${entries.resource || 'the resource'}` : 'Invalidate'}
      danger
      reason={{ hint: 'Shown in the audit log' }}
      pending={pending}
      refusal={refusal}
      errors={errors}
      check={() => {
        setAsked(true);
        return given.target !== undefined;
      }}
      onConfirm={(reason) => {
        if (given.target) run(given.target, reason);
      }}
    >
      <Segmented label="By" segments={KINDS} value={kind} onChange={(next) => enter({ kind: next, text: '' })} />
      {kind !== 'tags' && (
        <Field id={`${id}-resource`} label="Resource" error={resourceError}>
          <Input
            id={`${id}-resource`}
            list={`${id}-resources`}
            value={entries.resource}
            maxLength={64}
            aria-invalid={Boolean(resourceError)}
            aria-describedby={describedBy(`${id}-resource`, '', resourceError)}
            onChange={(event) => enter({ resource: event.target.value })}
          />
          <datalist id={`${id}-resources`}>
            {resources.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </Field>
      )}
      {kind !== 'resource' && (
        <Field id={`${id}-text`} label={LABELS[kind]} hint={HINTS[kind]} error={textError}>
          <textarea
            id={`${id}-text`}
            rows={kind === 'prefix' ? 1 : 3}
            value={entries.text}
            aria-invalid={Boolean(textError)}
            aria-describedby={describedBy(`${id}-text`, HINTS[kind], textError)}
            onChange={(event) => enter({ text: event.target.value })}
            className="field-focus w-full resize-y rounded-2 border border-border-control bg-bg px-2.5 py-2 font-mono text-12 aria-invalid:border-critical"
          />
        </Field>
      )}
    </ConfirmDialog>
  );
}
