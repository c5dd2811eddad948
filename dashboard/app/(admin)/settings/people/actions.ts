'use server';

import { type ChangeResult, UNREADABLE } from '@/data/change';
import {
  changeRole,
  endSessions,
  invite,
  type OneTimePassword,
  removePerson,
  renewPassword,
} from '@/data/people-changes';
import { INVITATION, ROLE_CHANGE, USER_ID } from '@/data/people-schema';
import { requireFleetViewer } from '@/data/viewer';

/** The arguments come from a browser, whatever their types say. */
export async function invitePerson(wanted: unknown): Promise<ChangeResult<OneTimePassword>> {
  const viewer = await requireFleetViewer();
  const given = INVITATION.safeParse(wanted);
  if (given.success) return invite(viewer, given.data);
  const errors = given.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  return errors.some(({ field }) => field === '') ? UNREADABLE : { outcome: 'invalid', errors };
}

export async function renewPersonPassword(userId: unknown): Promise<ChangeResult<OneTimePassword>> {
  const viewer = await requireFleetViewer();
  const given = USER_ID.safeParse(userId);
  return given.success ? renewPassword(viewer, given.data) : UNREADABLE;
}

export async function changePersonRole(wanted: unknown): Promise<ChangeResult> {
  const viewer = await requireFleetViewer();
  const given = ROLE_CHANGE.safeParse(wanted);
  return given.success ? changeRole(viewer, given.data.userId, given.data.role) : UNREADABLE;
}

/** @returns how many sessions ended */
export async function endPersonSessions(userId: unknown): Promise<ChangeResult<number>> {
  const viewer = await requireFleetViewer();
  const given = USER_ID.safeParse(userId);
  return given.success ? endSessions(viewer, given.data) : UNREADABLE;
}

export async function removeAccount(userId: unknown): Promise<ChangeResult> {
  const viewer = await requireFleetViewer();
  const given = USER_ID.safeParse(userId);
  return given.success ? removePerson(viewer, given.data) : UNREADABLE;
}
