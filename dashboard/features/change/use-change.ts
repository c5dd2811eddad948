'use client';

import { useState, useTransition } from 'react';
import type { ChangeResult, FieldProblem } from '@/data/change';
import { type ClaimedErrors, claimedErrors } from './claimed-errors';

interface Change<A extends readonly unknown[], F extends string> {
  readonly pending: boolean;
  /** What the server found wrong with the fields of the form. */
  readonly errors: ClaimedErrors<F>['errors'];
  /** Why nothing was changed, and what the server found wrong that no field shows. */
  readonly refusal: string | undefined;
  readonly run: (...args: A) => void;
  readonly forget: () => void;
}

/**
 * Runs a server action that answers a `ChangeResult`: one at a time, its refusals kept until the next run.
 * @param fields those that the form shows errors of. Default none: all errors are in `refusal`
 */
export function useChange<T, A extends readonly unknown[], F extends string = never>(
  action: (...args: A) => Promise<ChangeResult<T>>,
  onDone: (value: T) => void,
  fields: readonly F[] = [],
): Change<A, F> {
  const [pending, startTransition] = useTransition();
  const [found, setFound] = useState<readonly FieldProblem[]>([]);
  const [refusal, setRefusal] = useState<string>();
  const forget = () => {
    setFound([]);
    setRefusal(undefined);
  };
  const run = (...args: A) => {
    if (pending) return;
    forget();
    startTransition(async () => {
      const result = await action(...args).catch(() => LOST);
      if (result.outcome === 'done') onDone(result.value);
      if (result.outcome === 'refused') setRefusal(result.message);
      if (result.outcome === 'invalid') setFound(result.errors);
    });
  };
  const { errors, unclaimed } = claimedErrors(found, fields);
  return { pending, errors, refusal: refusal ?? unclaimed, run, forget };
}

const LOST = {
  outcome: 'refused',
  message: 'The dashboard did not answer, so it is not known whether this was done. Reload to see.',
} as const;
