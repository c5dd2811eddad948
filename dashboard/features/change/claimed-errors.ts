import type { FieldProblem } from '@/data/change';

export interface ClaimedErrors<F extends string> {
  /** The first of each field that the form has. */
  readonly errors: Readonly<Partial<Record<F, string>>>;
  /** What no field of the form shows, as one sentence; undefined where there is nothing. */
  readonly unclaimed: string | undefined;
}

/** Deals out what the server found wrong: nothing of it goes unsaid. A field also has what is wrong with its parts (`scopes.0`). */
export function claimedErrors<F extends string>(
  found: readonly FieldProblem[],
  fields: readonly F[],
): ClaimedErrors<F> {
  const errors: Partial<Record<F, string>> = {};
  const others: string[] = [];
  for (const { field, message } of found) {
    const claim = fields.find((name) => field === name || field.startsWith(`${name}.`));
    if (claim !== undefined) errors[claim] ??= message;
    else others.push(`${field} ${message}`);
  }
  return { errors, unclaimed: others.length === 0 ? undefined : `Nothing was changed: ${others.join('; ')}.` };
}
