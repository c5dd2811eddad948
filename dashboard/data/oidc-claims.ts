import { EMAIL, isTenantRole, MAX_EMAIL, type Role, UNSEEN } from './people-schema';
import { TENANT_ID_PATTERN } from './tenant-grammar';

/** Why a company account is not let in. Each has its words on the sign-in page. */
export const COMPANY_REFUSALS = ['down', 'failed', 'cancelled', 'expired', 'role', 'tenant', 'email', 'taken'] as const;
export type CompanyRefusal = (typeof COMPANY_REFUSALS)[number];

/** Who the provider says somebody is, in terms of this dashboard. */
export interface CompanyIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly tenantId: string | null;
}

export interface ClaimNames {
  readonly role: string;
  readonly tenant: string;
  readonly roles: ReadonlyMap<string, Role>;
}

/**
 * Reads the claims of an ID token that has been verified. A missing or unknown role, a role that does not fit the tenant,
 * and an e-mail that the provider has not verified, let nobody in: the audit names people by it.
 */
export function identityOf(
  claims: Readonly<Record<string, unknown>>,
  names: ClaimNames,
): CompanyIdentity | CompanyRefusal {
  const { iss, sub, email, name } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string' || sub === '' || sub.length > 255 || /\p{Cc}/u.test(sub))
    return 'failed';
  const given = valuesOf(claims[names.role]);
  const role = [...names.roles].find(([group]) => given.includes(group))?.[1];
  if (!role) return 'role';
  const [tenantId = null, ...moreTenants] = valuesOf(claims[names.tenant]);
  if (isTenantRole(role) !== (tenantId !== null) || moreTenants.length > 0) return 'tenant';
  if (tenantId !== null && !TENANT_ID_PATTERN.test(tenantId)) return 'tenant';
  if (typeof email !== 'string' || email.length > MAX_EMAIL || !EMAIL.test(email) || claims.email_verified !== true)
    return 'email';
  const label = typeof name === 'string' ? name.replace(UNSEEN, '').trim().slice(0, 200) : '';
  return { issuer: iss, subject: sub, email: email.toLowerCase(), name: label || email, role, tenantId };
}

/** A claim is one text or a list of them. */
function valuesOf(claim: unknown): string[] {
  const list: unknown[] = Array.isArray(claim) ? claim : [claim];
  return list.filter((value): value is string => typeof value === 'string' && value !== '');
}
