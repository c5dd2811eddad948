import type { Database, Tx } from '@tenantcache/database';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Watchlist, WatchlistStore } from '../core/warming.js';
import { MAX_WATCHLISTS, tooManyWatchlists, watchedGroups } from '../core/watchlists.js';

const READER = 'system:directory';
/** Space of advisory locks: what is locked is a tenant's number of lists. */
const LOCKS = 72707375;

/** Watchlists in Postgres, each tenant's under row level security; `mostWatched` alone needs the admin role. */
export function postgresWatchlists(asTenant: Database['withTenant'], asAdmin: Database['asAdmin']): WatchlistStore {
  return {
    list: (tenant) =>
      asTenant(tenant, async (tx) => {
        const rows = await tx.$queryRaw<WatchlistRow[]>`
          SELECT name, groups, updated_at FROM watchlists WHERE tenant_id = ${tenant} ORDER BY name COLLATE "C"`;
        return rows.map((row) => watchlistOf(tenant, row));
      }),
    async put(tenant, name, groups) {
      const distinct = watchedGroups(name, groups);
      return asTenant(tenant, (tx) => putWatchlist(tx, tenant, name, distinct));
    },
    remove: (tenant, name) =>
      asTenant(tenant, async (tx) => {
        const removed = await tx.$executeRaw`DELETE FROM watchlists WHERE tenant_id = ${tenant} AND name = ${name}`;
        return removed > 0;
      }),
    mostWatched: (max, skip = 0) =>
      asAdmin(
        READER,
        (tx) => tx.$queryRaw<{ group: string; tenants: number }[]>`
          WITH watched AS (
            SELECT DISTINCT tenant_id, watched AS "group"
              FROM watchlists JOIN tenants USING (tenant_id), jsonb_array_elements_text(groups) AS watched
             WHERE NOT suspended
          ), counted AS (
            SELECT "group", count(*) OVER (PARTITION BY tenant_id) AS of_tenant FROM watched
          )
          SELECT "group", count(*)::int AS tenants FROM counted
           GROUP BY "group" ORDER BY count(*) DESC, min(of_tenant), "group" COLLATE "C" LIMIT ${max} OFFSET ${skip}`,
      ),
  };
}

interface WatchlistRow {
  name: string;
  groups: string[];
  updated_at: Date;
}

async function putWatchlist(tx: Tx, tenant: TenantId, name: string, groups: readonly string[]): Promise<Watchlist> {
  const known = await tx.$queryRaw<unknown[]>`SELECT 1 FROM tenants WHERE tenant_id = ${tenant}`;
  if (known.length === 0) throw fail('TENANT_NOT_FOUND');
  // Of two that make the last list allowed, the second counts the first's.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCKS}::int, hashtext(${tenant}))`;
  const [row] = await tx.$queryRaw<WatchlistRow[]>`
    INSERT INTO watchlists (tenant_id, name, groups, updated_at)
    SELECT ${tenant}, ${name}, ${JSON.stringify(groups)}::jsonb, clock_timestamp()
     WHERE (SELECT count(*) FROM watchlists WHERE tenant_id = ${tenant} AND name <> ${name}) < ${MAX_WATCHLISTS}
        ON CONFLICT (tenant_id, name) DO UPDATE SET groups = excluded.groups, updated_at = excluded.updated_at
    RETURNING name, groups, updated_at`;
  if (!row) throw tooManyWatchlists();
  return watchlistOf(tenant, row);
}

function watchlistOf(tenantId: TenantId, { name, groups, updated_at }: WatchlistRow): Watchlist {
  return { tenantId, name, groups, updatedAtMs: updated_at.getTime() };
}
