import 'server-only';
import { database } from './database';
import { hashPassword, verifyPassword } from './database-package';
import { startSession } from './session';
import { SignInAttempts } from './sign-in-attempts';
import { HOME, viewerOf } from './viewer';

const MAX_TRIES_PER_ADDRESS = 50;

export interface Credentials {
  email: string;
  password: string;
  /** Where the request came from, as a trusted proxy says; undefined counts all of an account's tries together. */
  address: string | undefined;
}

export type SignInResult =
  | { outcome: 'signed-in'; home: string }
  | { outcome: 'mismatch'; triesLeft: number }
  | { outcome: 'paused'; untilMs: number };

const shared = globalThis as typeof globalThis & {
  tenantcacheAttempts?: { pairs: SignInAttempts; addresses: SignInAttempts };
};
shared.tenantcacheAttempts ??= { pairs: new SignInAttempts(), addresses: new SignInAttempts(MAX_TRIES_PER_ADDRESS) };
const { pairs, addresses } = shared.tenantcacheAttempts;

let decoyHash: Promise<string> | undefined;

/** Checks a password and starts a session. An unknown e-mail costs the same time and counts the same. */
export async function signIn({ email: typed, password, address }: Credentials): Promise<SignInResult> {
  const email = typed.trim().toLowerCase();
  const pair = `${email}\n${address ?? 'anywhere'}`;
  const nowMs = Date.now();
  const pairAttempt = pairs.begin(pair, nowMs);
  if (!pairAttempt.allowed) return { outcome: 'paused', untilMs: pairAttempt.pausedUntilMs };
  const addressAttempt = address === undefined ? undefined : addresses.begin(address, nowMs);
  if (addressAttempt?.allowed === false) return { outcome: 'paused', untilMs: addressAttempt.pausedUntilMs };

  const user = await database().asAdmin('dashboard', (tx) => tx.user.findUnique({ where: { email } }));
  decoyHash ??= hashPassword('no account has this password');
  const matches = await verifyPassword(password, user?.passwordHash ?? (await decoyHash));
  const viewer = user && matches ? viewerOf(user) : undefined;
  if (!user || !viewer) return { outcome: 'mismatch', triesLeft: pairAttempt.triesLeft };

  pairs.succeeded(pair);
  if (address !== undefined) addresses.succeeded(address);
  await startSession(user.id);
  return { outcome: 'signed-in', home: HOME[viewer.area] };
}
