import { count } from '@/components/ui/figures';
import { day } from '@/components/ui/times';
import type { AccountEventRow, Person } from '@/data/people';
import type { Role } from '@/data/people-schema';

export const ROLE_LABELS: Record<Role, string> = {
  admin: 'Admin',
  operator: 'Operator',
  viewer: 'Viewer',
  tenant_admin: 'Tenant admin',
  tenant_viewer: 'Tenant viewer',
};

/** What a role may do, for who gives it. */
export const ROLE_HINTS: Record<Role, string> = {
  admin: 'Sees all tenants and changes everything',
  operator: 'Sees all tenants; clears caches, acknowledges alerts',
  viewer: 'Sees all tenants and changes nothing',
  tenant_admin: 'Sees one tenant, and changes its keys and entries',
  tenant_viewer: 'Sees one tenant and changes nothing',
};

export function roleLabel(role: string): string {
  return role in ROLE_LABELS ? ROLE_LABELS[role as Role] : role;
}

/** “14 people can sign in, 3 of them see all tenants”. */
export function peopleHeading({ people, staff }: { people: number; staff: number }): string {
  const who = `${count(people)} ${people === 1 ? 'person' : 'people'} can sign in`;
  if (staff === people) return `${who}, ${people === 1 ? 'and sees' : 'all of them see'} all tenants`;
  return `${who}, ${count(staff)} of them ${staff === 1 ? 'sees' : 'see'} all tenants`;
}

/** How somebody signs in, where that needs saying. */
export function signInWords({ hasPassword, passwordEndsAt }: Person, nowMs: number): string {
  if (!hasPassword) return 'Company account';
  if (passwordEndsAt === null) return 'Password';
  if (Date.parse(passwordEndsAt) <= nowMs) return `One-time password ended ${day(passwordEndsAt)}`;
  return `One-time password until ${day(passwordEndsAt)}`;
}

const EVENTS: Record<string, string> = {
  invited: 'Account made',
  linked: 'Company account came',
  role: 'Role changed',
  password: 'Password changed',
  'one-time-password': 'One-time password made',
  'sessions-ended': 'Sessions ended',
  removed: 'Account removed',
};

export function eventWords({ action }: Pick<AccountEventRow, 'action'>): string {
  return EVENTS[action] ?? 'Changed';
}

const ROLE_NAME = /\b(tenant_admin|tenant_viewer|admin|operator|viewer)\b(?!_)/g;

/** “Operator to Admin” of what is kept as `operator to admin`; ids of tenants stay as they are. */
export function detailWords({ action, detail }: Pick<AccountEventRow, 'action' | 'detail'>): string {
  if (action === 'sessions-ended') return detail;
  const [roles = '', tenant] = detail.split(' of ');
  const named = roles.replace(ROLE_NAME, (role) => roleLabel(role));
  return tenant === undefined ? named : `${named} of ${tenant}`;
}
