import { type AccessScope, isTenantRole, ROLES, type Role, SCOPES_OF_ROLE } from '../core/access.js';
import type { ErrorCode } from '../core/errors.js';
import type { AdminDeps } from './admin-routes.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import type { ApiOutline } from './openapi.js';
import { descriptionRoutes } from './openapi-routes.js';

/** What `authorize` refuses, the limits, and what is down. */
const ALWAYS: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'TOKEN_INVALID',
  'API_KEY_INVALID',
  'FORBIDDEN',
  'RATE_LIMITED',
  'INTERNAL',
  'CACHE_CLOSED',
  'DIRECTORY_UNAVAILABLE',
];

const DESCRIPTION = `Reads and changes tenants, quotas, entries and what belongs to them. Errors are problem details \
(RFC 9457) with a stable \`code\`; a request with a parameter or field that is not known is refused.

Times are ISO 8601 in UTC, sizes are bytes, and MiB have 1,048,576 of them. What is changed has its reason in the audit.`;

/** The routes, and those that describe them. */
export function withDescription(routes: readonly AdminApiRoute[], { directory }: AdminDeps): AdminApiRoute[] {
  const outline: ApiOutline<AdminApiRoute> = {
    title: 'tenantcache admin API',
    description: DESCRIPTION,
    routes,
    problems: { always: ALWAYS, idempotent: directory.idempotency !== undefined },
    credentials: 'As the application’s `authorize` reads it',
    extras: ({ scope, path }) => {
      const roles = rolesOf(scope, path);
      const asked = scope === 'any' ? 'any' : `\`${scope}\``;
      return {
        note: `Scope: ${asked}. Roles: ${roles.map(shown).join(', ')}.`,
        members: { 'x-scope': scope, 'x-roles': roles },
      };
    },
  };
  return [...routes, ...descriptionRoutes(outline, (route) => adminRoute({ ...route, scope: 'any' }))];
}

/** Tenant roles reach what names their tenant. */
function rolesOf(scope: AccessScope | 'any', path: string): Role[] {
  if (scope === 'any') return [...ROLES];
  return ROLES.filter((role) => {
    return SCOPES_OF_ROLE[role].has(scope) && (!isTenantRole(role) || path.includes('/:tenantId'));
  });
}

function shown(role: Role): string {
  return isTenantRole(role) ? `${role} (its own tenant)` : role;
}
