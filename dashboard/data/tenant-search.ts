import 'server-only';
import { database } from './database';
import { searchable } from './searchable';
import type { FleetViewer } from './viewer';

export interface FoundTenant {
  readonly tenantId: string;
  readonly name: string;
}

const MOST = 8;
const LONGEST = 100;

/**
 * The few tenants that a reader most likely means: the id itself first, then names and ids that begin like that, then
 * those that contain it. From Postgres alone, so that one can go to a tenant while the API is down.
 */
export function searchTenants(viewer: FleetViewer, typed: string): Promise<FoundTenant[]> {
  const text = searchable(typed, LONGEST);
  if (text === '') return Promise.resolve([]);
  const literal = text.replace(/[\\%_]/g, '\\$&');
  const [within, begins] = [`%${literal}%`, `${literal}%`];
  return database().asAdmin(
    viewer.email,
    (tx) => tx.$queryRaw<FoundTenant[]>`
      SELECT tenant_id AS "tenantId", name FROM tenants
      WHERE name ILIKE ${within} OR tenant_id ILIKE ${within}
      ORDER BY lower(tenant_id) = lower(${text}) DESC, name ILIKE ${begins} OR tenant_id ILIKE ${begins} DESC, name, tenant_id
      LIMIT ${MOST}`,
  );
}
