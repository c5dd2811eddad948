import 'server-only';
import { randomBytes } from 'node:crypto';
import type { Tx } from '@tenantcache/database';
import { type ChangeResult, refused } from './change';
import { database } from './database';
import { hashPassword } from './database-package';
import { INVITATION_DAYS, type Invitation, isTenantRole, type Role } from './people-schema';
import { auditLastViews } from './view-as';
import type { FleetViewer } from './viewer';

const DAY_MS = 86_400_000;
const NOT_ADMIN = refused('Only an admin can change accounts. Nothing was changed.');
const GONE = refused('There is no such account any more. Nothing was changed.');

/** A password that is shown once, and until when it can be used to choose another one. */
export interface OneTimePassword {
  readonly email: string;
  readonly password: string;
  readonly endsAt: string;
}

/** Makes an account. The admin passes the password on; its owner chooses another one at the first sign-in. */
export async function invite(viewer: FleetViewer, person: Invitation): Promise<ChangeResult<OneTimePassword>> {
  const { email, name, role, tenantId } = person;
  const made = await oneTimePassword();
  return asAdmin(viewer, async (tx) => {
    if (tenantId !== null && !(await tx.tenant.findUnique({ where: { tenantId } }))) {
      return { outcome: 'invalid', errors: [{ field: 'tenantId', message: `There is no tenant ${tenantId}.` }] };
    }
    const { count } = await tx.user.createMany({
      data: [{ email, name, role, tenantId, passwordHash: made.hash, passwordExpiresAt: made.endsAt }],
      skipDuplicates: true,
    });
    if (count === 0) {
      return { outcome: 'invalid', errors: [{ field: 'email', message: `${email} has an account already.` }] };
    }
    const detail = tenantId === null ? role : `${role} of ${tenantId}`;
    await tx.accountEvent.create({ data: { actor: viewer.email, account: email, action: 'invited', detail } });
    return { outcome: 'done', value: { email, password: made.password, endsAt: made.endsAt.toISOString() } };
  });
}

/** Replaces a lost password. The account's sessions end. */
export async function renewPassword(viewer: FleetViewer, userId: string): Promise<ChangeResult<OneTimePassword>> {
  const made = await oneTimePassword();
  return onOther<OneTimePassword>(viewer, userId, async (tx, { email, passwordHash }) => {
    if (passwordHash === null) return refused(`${email} signs in with a company account. Nothing was changed.`);
    await tx.user.update({
      where: { id: userId },
      data: { passwordHash: made.hash, passwordExpiresAt: made.endsAt, updatedAt: new Date() },
    });
    await endSessionsOf(tx, userId);
    await tx.accountEvent.create({ data: { actor: viewer.email, account: email, action: 'one-time-password' } });
    return { outcome: 'done', value: { email, password: made.password, endsAt: made.endsAt.toISOString() } };
  });
}

/** Staff stay staff and a tenant's user stays that tenant's; a company account has the role that its company says. */
export async function changeRole(viewer: FleetViewer, userId: string, role: Role): Promise<ChangeResult> {
  return onOther<null>(viewer, userId, async (tx, { email, passwordHash, tenantId, role: before }) => {
    if (passwordHash === null) return refused(`The company account of ${email} says its role. Nothing was changed.`);
    if (isTenantRole(role) !== (tenantId !== null)) {
      return refused('Staff stay staff, and a tenant’s user stays one: make another account. Nothing was changed.');
    }
    if (role !== before) {
      await tx.user.update({ where: { id: userId }, data: { role, updatedAt: new Date() } });
      const detail = `${before} to ${role}`;
      await tx.accountEvent.create({ data: { actor: viewer.email, account: email, action: 'role', detail } });
    }
    return { outcome: 'done', value: null };
  });
}

/** @returns how many sessions it ended */
export async function endSessions(viewer: FleetViewer, userId: string): Promise<ChangeResult<number>> {
  return onOther(viewer, userId, async (tx, { email }) => {
    const count = await endSessionsOf(tx, userId);
    const detail = count === 1 ? '1 session' : `${count} sessions`;
    await tx.accountEvent.create({ data: { actor: viewer.email, account: email, action: 'sessions-ended', detail } });
    return { outcome: 'done', value: count };
  });
}

/** Removes the account with its sessions. What it did stays in the audit. */
export async function removePerson(viewer: FleetViewer, userId: string): Promise<ChangeResult> {
  return onOther(viewer, userId, async (tx, { email, role, tenantId }) => {
    await auditLastViews(tx, viewer.email, { id: userId, email });
    await tx.user.delete({ where: { id: userId } });
    const detail = tenantId === null ? role : `${role} of ${tenantId}`;
    await tx.accountEvent.create({ data: { actor: viewer.email, account: email, action: 'removed', detail } });
    return { outcome: 'done', value: null };
  });
}

interface Locked {
  id: string;
  email: string;
  role: string;
  tenantId: string | null;
  passwordHash: string | null;
}

/**
 * The role as it is at this moment, with its row locked: two admins who act on each other at once follow one another, and
 * the second is an admin no more.
 */
async function asAdmin<T>(
  viewer: FleetViewer,
  work: (tx: Tx, rows: Locked[]) => Promise<ChangeResult<T>>,
  userId?: string,
): Promise<ChangeResult<T>> {
  if (viewer.role !== 'admin') return NOT_ADMIN;
  return database().asAdmin(viewer.email, async (tx) => {
    const rows = await tx.$queryRaw<Locked[]>`
      SELECT id::text, email, role, tenant_id AS "tenantId", password_hash AS "passwordHash" FROM users
       WHERE email = ${viewer.email} OR id = ${userId ?? null}::uuid ORDER BY id FOR UPDATE`;
    const own = rows.find(({ email }) => email === viewer.email);
    return own?.role === 'admin' ? work(tx, rows) : NOT_ADMIN;
  });
}

/** Nobody changes their own account here: an admin could leave the installation without one. */
function onOther<T>(
  viewer: FleetViewer,
  userId: string,
  work: (tx: Tx, person: Locked) => Promise<ChangeResult<T>>,
): Promise<ChangeResult<T>> {
  return asAdmin(
    viewer,
    async (tx, rows) => {
      const person = rows.find(({ id }) => id === userId);
      if (!person) return GONE;
      if (person.email === viewer.email)
        return refused('You cannot change your own account here. Nothing was changed.');
      return work(tx, person);
    },
    userId,
  );
}

async function endSessionsOf(tx: Tx, userId: string): Promise<number> {
  const { count } = await tx.session.updateMany({
    where: { userId, revokedAt: null, expiresAt: { gt: new Date() } },
    data: { revokedAt: new Date() },
  });
  return count;
}

async function oneTimePassword() {
  const password = randomBytes(15).toString('base64url');
  return {
    password,
    hash: await hashPassword(password),
    endsAt: new Date(Date.now() + INVITATION_DAYS * DAY_MS),
  };
}
