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
    mostWatched: (max) =>
      asAdmin(
        READER,
        (tx) => tx.$queryRaw<{ group: string; tenants: number }[]>`
          SELECT watched AS "group", count(DISTINCT tenant_id)::int AS tenants
            FROM watchlists, jsonb_array_elements_text(groups) AS watched
           GROUP BY watched ORDER BY tenants DESC, watched COLLATE "C" LIMIT ${max}`,
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
