import 'server-only';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { type SessionUser, sessionUser } from './session';

/** Staff: sees the fleet. Only `admin` changes anything. */
export interface FleetViewer {
  readonly area: 'fleet';
  readonly email: string;
  readonly name: string;
  readonly role: 'admin' | 'operator' | 'viewer';
}

/** A user of one tenant: the tenant comes from here, never from a URL. */
export interface TenantViewer {
  readonly area: 'tenant';
  readonly email: string;
  readonly name: string;
  readonly role: 'tenant_admin' | 'tenant_viewer';
  readonly tenantId: string;
  /** Where it is staff who looks at the tenant's pages, read only. */
  readonly viewedBy?: ViewedBy;
}

export interface ViewedBy {
  readonly email: string;
  readonly tenantName: string;
  readonly untilMs: number;
}

export type Viewer = FleetViewer | TenantViewer;

/** Whose session it is, whatever pages it shows just now. */
export interface Account extends SessionUser {
  readonly viewer: Viewer;
}

export const ROLE_NAMES: Record<Viewer['role'], string> = {
  admin: 'Admin',
  operator: 'Operator',
  viewer: 'Viewer',
  tenant_admin: 'Tenant admin',
  tenant_viewer: 'Tenant viewer',
};

export const HOME: Record<Viewer['area'], string> = { fleet: '/', tenant: '/usage' };

/** Who sees a tenant's pages as it does: staff who also act. */
export function mayViewAs(role: Viewer['role']): boolean {
  return role === 'admin' || role === 'operator';
}

type RoleOf = Pick<FleetViewer, 'area' | 'role'> | Pick<TenantViewer, 'area' | 'role' | 'tenantId'>;

/** Undefined for a role or a mixture that does not exist, so that a broken row signs nobody in. */
export function roleOf({ role, tenantId }: { role: string; tenantId: string | null }): RoleOf | undefined {
  if (role === 'admin' || role === 'operator' || role === 'viewer') {
    return tenantId === null ? { area: 'fleet', role } : undefined;
  }
  if (role === 'tenant_admin' || role === 'tenant_viewer') {
    return tenantId === null ? undefined : { area: 'tenant', role, tenantId };
  }
  return undefined;
}

/** As whom the user of a session sees pages: as themselves, or for a while as a reader of one tenant. */
export function viewerOf(user: SessionUser): Viewer | undefined {
  const { email, name, view } = user;
  const own = roleOf(user);
  if (!own) return undefined;
  if (view && mayViewAs(own.role)) {
    const viewedBy = { email, tenantName: view.tenantName, untilMs: view.untilMs };
    return { area: 'tenant', email, name, role: 'tenant_viewer', tenantId: view.tenantId, viewedBy };
  }
  return { email, name, ...own };
}

/** Whose session asks, looked up once per request. It may still have to choose a password. */
export const currentAccount = cache(async (): Promise<Account | undefined> => {
  const user = await sessionUser();
  const viewer = user && viewerOf(user);
  return viewer && { ...user, viewer };
});

/** Who asks. Nobody does before the password that an admin made is replaced: that one opens `/account` only. */
export const currentViewer = cache(async (): Promise<Viewer | undefined> => {
  const account = await currentAccount();
  return account?.passwordEndsAt ? undefined : account?.viewer;
});

/**
 * For pages of the fleet: to the sign-in page without a session, 404 for a tenant's user. Who views as a tenant is led to
 * that tenant's pages.
 */
export async function requireFleetViewer(): Promise<FleetViewer> {
  const viewer = await currentViewer();
  if (!viewer) redirect('/login');
  if (viewer.area === 'fleet') return viewer;
  if (viewer.viewedBy) redirect(HOME.tenant);
  notFound();
}

/** For pages of one tenant: to the sign-in page without a session, 404 for staff. */
export async function requireTenantViewer(): Promise<TenantViewer> {
  const viewer = await currentViewer();
  if (!viewer) redirect('/login');
  if (viewer.area !== 'tenant') notFound();
  return viewer;
}

/** For the pages and actions of one's own account: to the sign-in page without a session, home while viewing as a tenant. */
export async function requireAccount(): Promise<Account> {
  const account = await currentAccount();
  if (!account) redirect('/login');
  if (account.viewer.area === 'tenant' && account.viewer.viewedBy) redirect(HOME.tenant);
  return account;
}
