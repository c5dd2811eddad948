'use client';

import { Building2 } from 'lucide-react';
import { type ReactNode, useActionState } from 'react';
import { Button, buttonClass } from '@/components/ui/button';
import { describedBy, Field, Input } from '@/components/ui/field';
import type { SignInState } from './sign-in-messages';

interface SignInFormProps {
  action: (state: SignInState, form: FormData) => Promise<SignInState>;
  next: string | undefined;
  site: string;
  /** Where a sign-in with a company account begins; undefined where there is none. */
  companyHref: string | undefined;
  /** Above the fields: why the last sign-in did not come about. */
  notice: ReactNode;
}

export function SignInForm({ action, next, site, companyHref, notice }: SignInFormProps) {
  const [state, submit, pending] = useActionState(action, { email: '', errors: {} });
  const { email, password } = state.errors;
  return (
    <form
      action={submit}
      onSubmit={(event) => pending && event.preventDefault()}
      noValidate
      className="grid w-[min(360px,100%)] gap-4 self-center justify-self-center"
    >
      <div>
        <h1>Sign in</h1>
        <p className="mt-1 text-text-secondary">To {site}</p>
      </div>
      {notice}
      {next && <input type="hidden" name="next" value={next} />}
      <Field id="email" label="E-mail" error={email}>
        <Input
          id="email"
          name="email"
          type="email"
          autoComplete="username"
          defaultValue={state.email}
          key={state.email}
          aria-invalid={Boolean(email)}
          aria-describedby={describedBy('email', undefined, email)}
          className="h-10 w-full"
        />
      </Field>
      <Field id="password" label="Password" error={password}>
        <Input
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          aria-invalid={Boolean(password)}
          aria-describedby={describedBy('password', undefined, password)}
          className="h-10 w-full"
        />
      </Field>
      <Button type="submit" variant="primary" className="h-10 w-full" aria-disabled={pending}>
        {pending ? 'Signing in…' : 'Sign in'}
      </Button>
      {companyHref && (
        <>
          <p
            aria-hidden
            className="flex items-center gap-3 text-12 text-text-muted before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border"
          >
            or
          </p>
          {/* No client-side navigation: the way leads to the provider's site. */}
          <a href={companyHref} className={buttonClass('plain', 'normal', 'h-10 w-full')}>
            <Building2 aria-hidden size={16} strokeWidth={1.75} />
            Continue with company account
          </a>
        </>
      )}
    </form>
  );
}
