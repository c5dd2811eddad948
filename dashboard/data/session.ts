import 'server-only';
import { createHash, randomBytes } from 'node:crypto';
import { sealData, unsealData } from 'iron-session';
import { cookies } from 'next/headers';
import { database } from './database';
import { environment } from './environment';
import { SESSION_COOKIE, SESSION_HOURS } from './session-cookie';

/** Whom the audit columns of the database name where nobody is signed in yet. */
const ACTOR = 'dashboard';
const HOUR_MS = 3_600_000;
const SEEN_EVERY_MS = 60_000;

export interface SessionUser {
  email: string;
  name: string;
  role: string;
  tenantId: string | null;
}

async function readSecret(): Promise<string | undefined> {
  const sealed = (await cookies()).get(SESSION_COOKIE)?.value;
  if (!sealed) return undefined;
  try {
    const { secret } = await unsealData<{ secret?: unknown }>(sealed, sealing());
    return typeof secret === 'string' ? secret : undefined;
  } catch {
    // Some forgeries come back as an empty object, others throw: neither is a session.
    return undefined;
  }
}

async function writeSecret(secret: string): Promise<void> {
  const { ttl } = sealing();
  const secure = environment().PUBLIC_URL?.startsWith('https:') ?? false;
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: ttl } as const;
  (await cookies()).set(SESSION_COOKIE, await sealData({ secret }, sealing()), options);
}

function sealing() {
  return { password: environment().SESSION_SECRET, ttl: SESSION_HOURS * 3600 };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Replaces the browser's session, so that an id known before sign-in is worth nothing after it. */
export async function startSession(userId: string): Promise<void> {
  const old = await readSecret();
  const secret = randomBytes(32).toString('base64url');
  await database().asAdmin(ACTOR, async (tx) => {
    if (old) await tx.session.updateMany({ where: { idHash: hashOf(old) }, data: { revokedAt: new Date() } });
    await tx.session.deleteMany({ where: { userId, expiresAt: { lt: new Date() } } });
    const expiresAt = new Date(Date.now() + SESSION_HOURS * HOUR_MS);
    await tx.session.create({ data: { idHash: hashOf(secret), userId, expiresAt } });
  });
  await writeSecret(secret);
}

/** The user of a session that is neither expired nor revoked. */
export async function sessionUser(): Promise<SessionUser | undefined> {
  const secret = await readSecret();
  if (!secret) return undefined;
  const idHash = hashOf(secret);
  return database().asAdmin(ACTOR, async (tx) => {
    const session = await tx.session.findUnique({
      where: { idHash },
      select: {
        revokedAt: true,
        expiresAt: true,
        lastSeenAt: true,
        user: { select: { email: true, name: true, role: true, tenantId: true } },
      },
    });
    const now = Date.now();
    if (!session || session.revokedAt || session.expiresAt.getTime() <= now) return undefined;
    if (now - session.lastSeenAt.getTime() > SEEN_EVERY_MS) {
      await tx.session.update({ where: { idHash }, data: { lastSeenAt: new Date(now) } });
    }
    return session.user;
  });
}

export async function endSession(): Promise<void> {
  const secret = await readSecret();
  (await cookies()).delete(SESSION_COOKIE);
  if (!secret) return;
  await database().asAdmin(ACTOR, (tx) =>
    tx.session.updateMany({ where: { idHash: hashOf(secret), revokedAt: null }, data: { revokedAt: new Date() } }),
  );
}
