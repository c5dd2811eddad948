import { z } from 'zod';
import { ROLES, type Role } from './people-schema';

const text = (what: string) => z.optional(z.string({ error: `must be ${what}` }).max(500, `must be ${what}`));

/** The variables of company accounts: none of them, or issuer, client and secret. */
export const OIDC_VARIABLES = {
  OIDC_ISSUER: z.optional(z.url({ error: 'must be the URL of the OpenID provider', protocol: /^https?$/ })),
  OIDC_CLIENT_ID: text('the id of this dashboard at the provider'),
  OIDC_CLIENT_SECRET: text('the secret of this dashboard at the provider'),
  OIDC_ROLE_CLAIM: z.string().min(1).max(200).default('tenantcache_role'),
  OIDC_TENANT_CLAIM: z.string().min(1).max(200).default('tenantcache_tenant'),
  OIDC_ROLES: z.optional(z.string()),
};

interface Variables {
  OIDC_ISSUER?: string | undefined;
  OIDC_CLIENT_ID?: string | undefined;
  OIDC_CLIENT_SECRET?: string | undefined;
  OIDC_ROLES?: string | undefined;
  PUBLIC_URL?: string | undefined;
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

export function isLoopback(url: string): boolean {
  return LOOPBACK.has(new URL(url).hostname);
}

/** What is wrong with them together, by variable. */
export function oidcProblems(variables: Variables): { name: string; message: string }[] {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ROLES, PUBLIC_URL } = variables;
  const named = [OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET];
  if (named.every((value) => value === undefined)) return [];
  const problems = Object.entries({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET })
    .filter(([, value]) => value === undefined)
    .map(([name]) => ({ name, message: 'is missing: company accounts need issuer, client id and secret' }));
  const local = OIDC_ISSUER !== undefined && isLoopback(OIDC_ISSUER);
  if (OIDC_ISSUER !== undefined && !local && !OIDC_ISSUER.startsWith('https:')) {
    problems.push({ name: 'OIDC_ISSUER', message: 'must be an https URL, unless the provider is on this machine' });
  }
  // The address that the provider sends people back to must not come from a header that anybody can set.
  if (OIDC_ISSUER !== undefined && !local && PUBLIC_URL === undefined) {
    problems.push({ name: 'PUBLIC_URL', message: 'is missing: the provider sends people back to it' });
  }
  if (OIDC_ROLES !== undefined && roleMapping(OIDC_ROLES) === undefined) {
    problems.push({ name: 'OIDC_ROLES', message: 'must be like cache-admins=admin,cache-ops=operator' });
  }
  return problems;
}

/** `group=role,…`, the first that somebody has counts. Without it the claim holds the names of the roles themselves. */
export function roleMapping(text: string | undefined): ReadonlyMap<string, Role> | undefined {
  if (text === undefined) return new Map(ROLES.map((role) => [role, role]));
  const mapping = new Map<string, Role>();
  for (const entry of text.split(',')) {
    const at = entry.lastIndexOf('=');
    const group = entry.slice(0, Math.max(0, at)).trim();
    const role = ROLES.find((known) => known === entry.slice(at + 1).trim());
    if (group === '' || !role) return undefined;
    if (!mapping.has(group)) mapping.set(group, role);
  }
  return mapping;
}
