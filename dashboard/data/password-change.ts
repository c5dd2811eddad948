import 'server-only';
import { type ChangeResult, refused } from './change';
import { database } from './database';
import { hashPassword, verifyPassword } from './database-package';
import { startSession } from './session';
import { SignInLimits } from './sign-in-limits';
import type { Account } from './viewer';

const shared = globalThis as typeof globalThis & { tenantcachePasswordLimits?: SignInLimits };
shared.tenantcachePasswordLimits ??= new SignInLimits();
const limits = shared.tenantcachePasswordLimits;

/** Sets another password where the present one is right. All other sessions end, and this one gets a new id. */
export async function changePassword(
  account: Account,
  { present, chosen }: { present: string; chosen: string },
): Promise<ChangeResult> {
  const { id, email } = account;
  if (!account.hasPassword) return refused('A company account has no password here. Nothing was changed.');
  const wanted = { email, deviceId: undefined, address: undefined };
  if (!limits.begin(wanted, Date.now()).allowed) {
    return refused('Too many wrong passwords. Wait 15 minutes. Nothing was changed.');
  }
  const user = await database().asAdmin(email, (tx) => tx.user.findUnique({ where: { id } }));
  if (!user?.passwordHash || !(await verifyPassword(present, user.passwordHash))) {
    return { outcome: 'invalid', errors: [{ field: 'present', message: 'That is not your present password.' }] };
  }
  limits.succeeded(wanted);
  const passwordHash = await hashPassword(chosen);
  const changed = await database().asAdmin(email, async (tx) => {
    const now = new Date();
    // Two changes at once: the second finds another password than the one it was given.
    const { count } = await tx.user.updateMany({
      where: {
        ...{ id, passwordHash: user.passwordHash },
        // One that an admin made ends, also for who signed in with it before.
        OR: [{ passwordExpiresAt: null }, { passwordExpiresAt: { gt: now } }],
      },
      data: { passwordHash, passwordExpiresAt: null, updatedAt: now },
    });
    if (count === 0) return false;
    await tx.session.updateMany({ where: { userId: id, revokedAt: null }, data: { revokedAt: now } });
    await tx.accountEvent.create({ data: { actor: email, account: email, action: 'password' } });
    return true;
  });
  const started = changed && (await startSession(id, passwordHash));
  if (!started) return refused('Your password was changed elsewhere in the meantime, or has ended. Sign in again.');
  return { outcome: 'done', value: null };
}
