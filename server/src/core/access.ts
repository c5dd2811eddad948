/** What a caller of the admin API may do. A role is a set of them; `authorize` may narrow it. */
export const ACCESS_SCOPES = [
  'tenants:read',
  'tenants:write',
  'quotas:write',
  'fleet:read',
  'fleet:write',
  'store:read',
  'usage:read',
  'statements:read',
  'entries:read',
  'entries:values',
  'entries:write',
  'upkeep:write',
  'alerts:read',
  'alerts:write',
  'webhooks:read',
  'webhooks:write',
  'keys:read',
  'keys:write',
  'shared:read',
  'shared:write',
  'warming:read',
  'warming:write',
  'audit:read',
] as const;
export type AccessScope = (typeof ACCESS_SCOPES)[number];

/** `tenant_admin` and `tenant_viewer` reach the routes of their own tenant only. */
export const ROLES = ['admin', 'operator', 'viewer', 'tenant_admin', 'tenant_viewer'] as const;
export type Role = (typeof ROLES)[number];

const READS = ACCESS_SCOPES.filter((scope) => scope.endsWith(':read'));
const TENANT_READS: readonly AccessScope[] = [
  'tenants:read',
  'usage:read',
  'statements:read',
  'entries:read',
  'alerts:read',
];

/** Values and key administration are an admin's, or the tenant's own admin's. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, ReadonlySet<AccessScope>>> = {
  admin: new Set(ACCESS_SCOPES),
  operator: new Set([...READS, 'entries:write', 'upkeep:write', 'alerts:write', 'shared:write', 'warming:write']),
  viewer: new Set(READS),
  tenant_admin: new Set([...TENANT_READS, 'entries:values', 'entries:write', 'keys:read', 'keys:write', 'audit:read']),
  tenant_viewer: new Set(TENANT_READS),
};

export function isRole(value: unknown): value is Role {
  return ROLES.includes(value as Role);
}

export function isTenantRole(role: Role): boolean {
  return role === 'tenant_admin' || role === 'tenant_viewer';
}
