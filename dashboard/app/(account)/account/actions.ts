'use server';

import { type ChangeResult, UNREADABLE } from '@/data/change';
import { revokeOtherSessions, revokeSession } from '@/data/own-sessions';
import { changePassword } from '@/data/password-change';
import { PASSWORD_CHANGE } from '@/data/password-schema';
import { requireAccount } from '@/data/viewer';

/** The arguments come from a browser, whatever their types say. */
export async function savePassword(wanted: unknown): Promise<ChangeResult> {
  const account = await requireAccount();
  const given = PASSWORD_CHANGE.safeParse(wanted);
  if (given.success) return changePassword(account, given.data);
  const errors = given.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  return errors.some(({ field }) => field === '') ? UNREADABLE : { outcome: 'invalid', errors };
}

/** @returns how many sessions ended */
export async function endOwnSession(id: unknown): Promise<ChangeResult<number>> {
  const account = await requireAccount();
  return { outcome: 'done', value: await revokeSession(account, id) };
}

/** @returns how many sessions ended */
export async function endOtherSessions(): Promise<ChangeResult<number>> {
  const account = await requireAccount();
  return { outcome: 'done', value: await revokeOtherSessions(account) };
}
