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
}

export type Viewer = FleetViewer | TenantViewer;

export const ROLE_NAMES: Record<Viewer['role'], string> = {
  admin: 'Admin',
  operator: 'Operator',
  viewer: 'Viewer',
  tenant_admin: 'Tenant admin',
  tenant_viewer: 'Tenant viewer',
};

export const HOME: Record<Viewer['area'], string> = { fleet: '/', tenant: '/usage' };

/** Undefined for a role or a mixture that does not exist, so that a broken row signs nobody in. */
export function viewerOf({ email, name, role, tenantId }: SessionUser): Viewer | undefined {
  if (role === 'admin' || role === 'operator' || role === 'viewer') {
    return tenantId === null ? { area: 'fleet', email, name, role } : undefined;
  }
  if (role === 'tenant_admin' || role === 'tenant_viewer') {
    return tenantId === null ? undefined : { area: 'tenant', email, name, role, tenantId };
  }
  return undefined;
}

/** Who asks, looked up once per request. */
export const currentViewer = cache(async (): Promise<Viewer | undefined> => {
  const user = await sessionUser();
  return user && viewerOf(user);
});

/** For pages of the fleet: to the sign-in page without a session, 404 for a tenant's user. */
export async function requireFleetViewer(): Promise<FleetViewer> {
  const viewer = await currentViewer();
  if (!viewer) redirect('/login');
  if (viewer.area !== 'fleet') notFound();
  return viewer;
}

/** For pages of one tenant: to the sign-in page without a session, 404 for staff. */
export async function requireTenantViewer(): Promise<TenantViewer> {
  const viewer = await currentViewer();
  if (!viewer) redirect('/login');
  if (viewer.area !== 'tenant') notFound();
  return viewer;
}
