'use client';

import { useState, useTransition } from 'react';
import type { ChangeResult } from '@/data/change';

interface Change<A extends readonly unknown[]> {
  readonly pending: boolean;
  /** What the server found wrong, by the field's name. */
  readonly errors: Readonly<Record<string, string>>;
  /** Why nothing was changed. */
  readonly refusal: string | undefined;
  readonly run: (...args: A) => void;
  readonly forget: () => void;
}

/** Runs a server action that answers a `ChangeResult`: one at a time, its refusals kept until the next run. */
export function useChange<T, A extends readonly unknown[]>(
  action: (...args: A) => Promise<ChangeResult<T>>,
  onDone: (value: T) => void,
): Change<A> {
  const [pending, startTransition] = useTransition();
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [refusal, setRefusal] = useState<string>();
  const forget = () => {
    setErrors({});
    setRefusal(undefined);
  };
  const run = (...args: A) => {
    if (pending) return;
    forget();
    startTransition(async () => {
      const result = await action(...args).catch(() => LOST);
      if (result.outcome === 'done') onDone(result.value);
      if (result.outcome === 'refused') setRefusal(result.message);
      if (result.outcome === 'invalid') {
        setErrors(Object.fromEntries(result.errors.map(({ field, message }) => [field, message])));
      }
    });
  };
  return { pending, errors, refusal, run, forget };
}

const LOST = {
  outcome: 'refused',
  message: 'The dashboard did not answer, so it is not known whether this was done. Reload to see.',
} as const;
