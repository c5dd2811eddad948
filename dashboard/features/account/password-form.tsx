'use client';

import { CircleX } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useId, useRef } from 'react';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import { describedBy, Field, Input } from '@/components/ui/field';
import type { ChangeResult } from '@/data/change';
import { PASSWORD_MAX, PASSWORD_MIN } from '@/data/password-schema';
import { useFirstInvalid } from '@/features/change/first-invalid';
import { useChange } from '@/features/change/use-change';

interface PasswordFormProps {
  readonly save: (wanted: unknown) => Promise<ChangeResult>;
  /** For password managers, which keep passwords by account. */
  readonly email: string;
  /** Where to go when it is done; undefined to stay. */
  readonly leadTo: string | undefined;
}

const FIELDS = [
  { name: 'present', label: 'Present password', autoComplete: 'current-password', hint: undefined },
  {
    name: 'chosen',
    label: 'New password',
    autoComplete: 'new-password',
    hint: `At least ${PASSWORD_MIN} characters. A few words are better than a few signs`,
  },
  { name: 'again', label: 'New password again', autoComplete: 'new-password', hint: undefined },
] as const;

export function PasswordForm({ save, email, leadTo }: PasswordFormProps) {
  const id = useId();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const { pending, errors, refusal, run, forget } = useChange(save, () => {
    form.current?.reset();
    if (leadTo) {
      window.location.assign(leadTo);
      return;
    }
    toast.success('Password changed', { description: 'All your other sessions have ended.' });
    router.refresh();
  }, ['present', 'chosen', 'again']);
  useFirstInvalid(form, pending);
  return (
    <form
      ref={form}
      noValidate
      className="grid gap-4"
      onChange={forget}
      onSubmit={(event) => {
        event.preventDefault();
        const typed = new FormData(event.currentTarget);
        run({ present: typed.get('present'), chosen: typed.get('chosen'), again: typed.get('again') });
      }}
    >
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      {FIELDS.map(({ name, label, autoComplete, hint }) => (
        <Field key={name} id={`${id}-${name}`} label={label} hint={hint} error={errors[name]}>
          <Input
            id={`${id}-${name}`}
            name={name}
            type="password"
            autoComplete={autoComplete}
            maxLength={PASSWORD_MAX + 1}
            aria-invalid={Boolean(errors[name])}
            aria-describedby={describedBy(`${id}-${name}`, hint, errors[name])}
            className="w-full"
          />
        </Field>
      ))}
      <p role="alert" className="flex items-start gap-1.5 text-13 text-critical empty:hidden">
        {refusal && (
          <>
            <CircleX aria-hidden size={14} strokeWidth={1.75} className="mt-[3px] shrink-0" />
            <span>{refusal}</span>
          </>
        )}
      </p>
      <Button type="submit" variant="primary" aria-disabled={pending} className="justify-self-start">
        {pending ? 'Working…' : 'Change password'}
      </Button>
    </form>
  );
}
