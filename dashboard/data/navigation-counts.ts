import 'server-only';
import { database } from './database';
import { countOpenAlerts } from './open-alerts';
import type { Viewer } from './viewer';

export interface NavigationCounts {
  /** Tenants of the fleet; undefined for a tenant's user, and where it cannot be known. */
  readonly tenants: number | undefined;
  readonly openAlerts: number | undefined;
}

/** What the navigation says beside its destinations. No page fails because it cannot be counted. */
export async function navigationCounts(viewer: Viewer): Promise<NavigationCounts> {
  const [tenants, openAlerts] = await Promise.all([countTenants(viewer), countOpenAlerts(viewer)]);
  return { tenants, openAlerts };
}

async function countTenants(viewer: Viewer): Promise<number | undefined> {
  if (viewer.area !== 'fleet') return undefined;
  return database()
    .asAdmin(viewer.email, (tx) => tx.tenant.count())
    .catch(() => undefined);
}
