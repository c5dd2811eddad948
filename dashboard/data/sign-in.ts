import 'server-only';
import { randomBytes } from 'node:crypto';
import { addressGroup } from './client-address';
import { database } from './database';
import { hashPassword, verifyPassword } from './database-package';
import { knownDevice, rememberDevice } from './device-cookie';
import { ACTOR, startSession } from './session';
import { SignInLimits } from './sign-in-limits';
import { HOME, roleOf } from './viewer';

export interface Credentials {
  email: string;
  password: string;
  /** Where the request came from, as a trusted proxy says; undefined counts all unknown browsers' tries together. */
  address: string | undefined;
}

export type SignInResult =
  | { outcome: 'signed-in'; home: string }
  | { outcome: 'mismatch'; triesLeft: number }
  | { outcome: 'paused'; untilMs: number };

const shared = globalThis as typeof globalThis & { tenantcacheSignInLimits?: SignInLimits };
shared.tenantcacheSignInLimits ??= new SignInLimits();
const limits = shared.tenantcacheSignInLimits;

let decoyHash: Promise<string> | undefined;

/** Checks a password and starts a session. An unknown e-mail and a company account cost the same time and count the same. */
export async function signIn({ email: typed, password, address }: Credentials): Promise<SignInResult> {
  const email = typed.trim().toLowerCase();
  const wanted = {
    email,
    deviceId: await knownDevice(email),
    address: address === undefined ? undefined : addressGroup(address),
  };
  const attempt = limits.begin(wanted, Date.now());
  if (!attempt.allowed) return { outcome: 'paused', untilMs: attempt.pausedUntilMs };

  const user = await database().asAdmin(ACTOR, (tx) => tx.user.findUnique({ where: { email } }));
  decoyHash ??= hashPassword(randomBytes(32).toString('base64'));
  const matches = await verifyPassword(password, user?.passwordHash ?? (await decoyHash));
  const role = user?.passwordHash && matches && !outlived(user) ? roleOf(user) : undefined;
  const mismatch = { outcome: 'mismatch', triesLeft: attempt.triesLeft } as const;
  if (!user?.passwordHash || !role) return mismatch;
  if (!(await startSession(user.id, user.passwordHash))) return mismatch;
  limits.succeeded(wanted);
  await rememberDevice(email);
  return { outcome: 'signed-in', home: HOME[role.area] };
}

/** A password that an admin passed on ends; one that somebody chose does not. */
function outlived({ passwordExpiresAt }: { passwordExpiresAt: Date | null }): boolean {
  return passwordExpiresAt !== null && passwordExpiresAt.getTime() <= Date.now();
}
