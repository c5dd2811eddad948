import 'server-only';
import { z } from 'zod';
import { AdminApiDown, AdminApiProblem } from './admin-api';

/** What became of a change that somebody asked for, in a form that a server action may answer. */
export type ChangeResult<T = null> =
  | { readonly outcome: 'done'; readonly value: T }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldProblem[] }
  /** Nothing was changed, or it is not known; the message says which. */
  | { readonly outcome: 'refused'; readonly message: string };

export interface FieldProblem {
  /** Path within the body, such as `thresholds.0`. */
  readonly field: string;
  readonly message: string;
}

const FIELD_PROBLEMS = z.array(z.object({ field: z.string(), message: z.string() })).min(1);

export function refused(message: string): ChangeResult<never> {
  return { outcome: 'refused', message };
}

export const UNREADABLE = refused('The form sent something unreadable. Nothing was changed.');

/** Does a change through the admin API and says in words of this interface what became of it. */
export async function change<T>(work: () => Promise<T>): Promise<ChangeResult<T>> {
  try {
    return { outcome: 'done', value: await work() };
  } catch (error) {
    if (error instanceof AdminApiDown) {
      return refused('The API did not answer, so it is not known whether this was done. Reload to see.');
    }
    if (!(error instanceof AdminApiProblem)) throw error;
    const errors = FIELD_PROBLEMS.safeParse(error.body.errors);
    if (error.status === 400 && errors.success) return { outcome: 'invalid', errors: errors.data };
    if (error.status === 412) return refused('Somebody changed this in the meantime. Reload to see the present state.');
    return refused(`${error.message} Nothing was changed.`);
  }
}
