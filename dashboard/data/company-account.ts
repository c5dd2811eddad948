import 'server-only';
import type { Tx } from '@tenantcache/database';
import { database } from './database';
import type { CompanyIdentity, CompanyRefusal } from './oidc-claims';
import { ACTOR, startSession } from './session';
import { HOME, roleOf } from './viewer';

/** Whom the events name where the company, and no person here, changed an account. */
const COMPANY = 'company account';

/**
 * Signs in whom the provider vouches for. An account is found by issuer and subject only: who has the e-mail of another
 * account is refused, so that no provider takes over an account with a password. The role is the company's, at each sign-in.
 */
export async function signInCompany(identity: CompanyIdentity): Promise<{ home: string } | CompanyRefusal> {
  const userId = await database().asAdmin(COMPANY, (tx) => linkedUser(tx, identity));
  if (typeof userId !== 'object') return userId;
  await startSession(userId.id);
  const role = roleOf(identity);
  return role ? { home: HOME[role.area] } : 'role';
}

/** Ends the sessions of an account that its company lets in no more. */
export async function refuseCompany(issuer: string, subject: string): Promise<void> {
  await database().asAdmin(ACTOR, (tx) =>
    tx.session.updateMany({
      where: { user: { oidcIssuer: issuer, oidcSubject: subject }, revokedAt: null },
      data: { revokedAt: new Date() },
    }),
  );
}

async function linkedUser(tx: Tx, identity: CompanyIdentity): Promise<{ id: string } | CompanyRefusal> {
  const { issuer: oidcIssuer, subject: oidcSubject, email, name, role, tenantId } = identity;
  if (tenantId !== null && !(await tx.tenant.findUnique({ where: { tenantId } }))) return 'tenant';
  const holder = await tx.user.findUnique({ where: { email } });
  const linked = await tx.user.findUnique({ where: { oidcIssuer_oidcSubject: { oidcIssuer, oidcSubject } } });
  if (holder && holder.id !== linked?.id) return 'taken';
  const detail = tenantId === null ? role : `${role} of ${tenantId}`;
  if (!linked) {
    // Two first sign-ins at once: one row is made, and the second finds it.
    await tx.user.createMany({
      data: [{ email, name, role, tenantId, oidcIssuer, oidcSubject }],
      skipDuplicates: true,
    });
    const made = await tx.user.findUnique({ where: { oidcIssuer_oidcSubject: { oidcIssuer, oidcSubject } } });
    if (!made) return 'taken';
    await tx.accountEvent.create({ data: { actor: COMPANY, account: email, action: 'linked', detail } });
    return made;
  }
  await tx.user.update({ where: { id: linked.id }, data: { email, name, role, tenantId, updatedAt: new Date() } });
  if (linked.role !== role || linked.tenantId !== tenantId) {
    await tx.accountEvent.create({ data: { actor: COMPANY, account: email, action: 'role', detail } });
  }
  return linked;
}
