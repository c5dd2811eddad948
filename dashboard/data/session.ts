import 'server-only';
import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '@tenantcache/database';
import { headers } from 'next/headers';
import { browserName } from './browser-name';
import { database } from './database';
import { openSealed, removeSealed, writeSealed } from './sealed-cookie';
import { SESSION_COOKIE, SESSION_HOURS } from './session-cookie';

/** Whom the audit columns of the database name where nobody is signed in yet. */
export const ACTOR = 'dashboard';
const HOUR_MS = 3_600_000;
const SEEN_EVERY_MS = 60_000;
const LIFE_SECONDS = SESSION_HOURS * 3600;

/** The account of a session, and whose pages its owner looks at just now. */
export interface SessionUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly tenantId: string | null;
  /** False for a company account. */
  readonly hasPassword: boolean;
  /** Until when the password of an admin's making opens the page where another one is chosen; null for a chosen one. */
  readonly passwordEndsAt: Date | null;
  readonly view: { readonly tenantId: string; readonly tenantName: string; readonly untilMs: number } | undefined;
}

async function readSecret(): Promise<string | undefined> {
  const { secret } = await openSealed(SESSION_COOKIE, LIFE_SECONDS);
  return typeof secret === 'string' ? secret : undefined;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** The hash by which the table knows the browser's session, valid or not. */
export async function presentSessionHash(): Promise<string | undefined> {
  const secret = await readSecret();
  return secret && hashOf(secret);
}

/**
 * Replaces the browser's session, so that an id known before sign-in is worth nothing after it.
 * @param passwordHash what was verified: a sign-in under way while the password changes begins nothing
 * @returns false where the account has another password by now, or is gone
 */
export async function startSession(userId: string, passwordHash?: string): Promise<boolean> {
  const old = await presentSessionHash();
  const secret = randomBytes(32).toString('base64url');
  const browser = browserName((await headers()).get('user-agent'));
  const started = await database().asAdmin(ACTOR, async (tx) => {
    if (passwordHash !== undefined) {
      // A change of the password waits for this, or this for it.
      const held = await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM users WHERE id = ${userId}::uuid AND password_hash = ${passwordHash} FOR SHARE`;
      if (held.length === 0) return false;
    }
    if (old) await tx.session.updateMany({ where: { idHash: old }, data: { revokedAt: new Date() } });
    await tx.session.deleteMany({ where: { userId, expiresAt: { lt: new Date() }, viewAsTenantId: null } });
    const expiresAt = new Date(Date.now() + SESSION_HOURS * HOUR_MS);
    await tx.session.create({ data: { idHash: hashOf(secret), userId, expiresAt, browser } });
    return true;
  });
  if (started) await writeSealed(SESSION_COOKIE, { secret }, { lifeSeconds: LIFE_SECONDS, path: '/' });
  return started;
}

/** The user of a session that is neither expired nor revoked. */
export async function sessionUser(): Promise<SessionUser | undefined> {
  const idHash = await presentSessionHash();
  if (!idHash) return undefined;
  return database().asAdmin(ACTOR, (tx) => userOf(tx, idHash));
}

async function userOf(tx: Tx, idHash: string): Promise<SessionUser | undefined> {
  const session = await tx.session.findUnique({
    where: { idHash },
    include: { user: true, viewAsTenant: { select: { name: true } } },
  });
  const nowMs = Date.now();
  if (!session || session.revokedAt || session.expiresAt.getTime() <= nowMs) return undefined;
  if (nowMs - session.lastSeenAt.getTime() > SEEN_EVERY_MS) {
    await tx.session.updateMany({ where: { idHash }, data: { lastSeenAt: new Date(nowMs) } });
  }
  const { id, email, name, role, tenantId, passwordHash, passwordExpiresAt } = session.user;
  const { viewAsTenantId, viewAsTenant, viewAsUntil } = session;
  const views = viewAsTenantId !== null && viewAsUntil !== null && viewAsUntil.getTime() > nowMs;
  return {
    ...{ id, email, name, role, tenantId },
    hasPassword: passwordHash !== null,
    passwordEndsAt: passwordExpiresAt,
    view: views
      ? {
          tenantId: viewAsTenantId,
          tenantName: viewAsTenant?.name ?? viewAsTenantId,
          untilMs: viewAsUntil.getTime(),
        }
      : undefined,
  };
}

/** Signs the browser out: the session itself ends, not only its cookie. */
export async function endSession(): Promise<void> {
  const idHash = await presentSessionHash();
  await removeSealed(SESSION_COOKIE, '/');
  if (!idHash) return;
  await database().asAdmin(ACTOR, (tx) =>
    tx.session.updateMany({ where: { idHash, revokedAt: null }, data: { revokedAt: new Date() } }),
  );
}
