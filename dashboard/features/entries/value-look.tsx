'use client';

import { Eye } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { describedBy, Field, Input } from '@/components/ui/field';
import type { ChangeResult } from '@/data/change';
import type { ShownValue } from '@/data/entries-schema';
import { useChange } from '@/features/change/use-change';
import { omittedWords } from './entries-words';

const REASON_MIN = 3;
const HINT = 'The value is the tenant’s data. Your look is written to the audit log before it is shown.';

/** Whoever has no pointer scrolls it with the keyboard. */
const SCROLLABLE = { tabIndex: 0 } as const;

/** Shows a value once its reader has said why. */
export function ValueLook({ look }: { look: (reason: string) => Promise<ChangeResult<ShownValue>> }) {
  const id = useId();
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const [value, setValue] = useState<ShownValue>();
  const { run, pending, refusal } = useChange(look, setValue);
  const wrong = asked && reason.trim().length < REASON_MIN ? 'Say why, in 3 to 500 characters.' : undefined;
  const error = wrong ?? refusal;
  if (value) {
    return value.text === null ? (
      <p className="text-13 text-text-secondary">{omittedWords(value)}</p>
    ) : (
      <section
        {...SCROLLABLE}
        aria-label="Value"
        className="max-h-[240px] overflow-auto rounded-2 border border-border"
      >
        <pre className="p-3 text-12">{value.text}</pre>
      </section>
    );
  }
  return (
    <form
      className="grid gap-2 border-t border-border pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (reason.trim().length >= REASON_MIN) run(reason.trim());
      }}
    >
      <Field id={id} label="Why do you look at the value?" hint={HINT} error={error}>
        <Input
          id={id}
          maxLength={500}
          value={reason}
          aria-invalid={Boolean(error)}
          aria-describedby={describedBy(id, HINT, error)}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <Button type="submit" size="small" aria-disabled={pending} className="justify-self-start">
        <Eye aria-hidden size={14} strokeWidth={1.75} />
        {pending ? 'Reading…' : 'Show the value'}
      </Button>
    </form>
  );
}
