import type { Tx } from '@tenantcache/database';
import type { TenantId } from '../core/tenant-id.js';
import type { UsageSink } from '../core/usage-sink.js';
import { answered, connect } from './connect.js';
import { insertCrossings, listCrossings } from './crossing-rows.js';
import type { PostgresOptions } from './postgres-options.js';
import { mergeParts } from './usage-merge.js';

export interface PostgresUsageOptions extends PostgresOptions {}

/** Keeps a transaction short, and its JSON parameter within about a megabyte. */
const ROWS_PER_TRANSACTION = 500;

/**
 * Usage in Postgres: the day's sums, samples, and each tenant's use beside its quota. Merging is idempotent, so whatever
 * fails may be merged again. With `adminUrl` a transaction takes up to 500 parts; with `url` alone, one tenant's.
 * A database that does not answer is `DIRECTORY_UNAVAILABLE`. Connects with its first call.
 */
export function postgresUsage(options: PostgresUsageOptions): UsageSink {
  const database = connect('postgresUsage()', options);

  /** In batches, each all or nothing. */
  async function write<R extends { readonly tenantId: TenantId }>(
    rows: readonly R[],
    put: (tx: Tx, batch: readonly R[]) => Promise<void>,
  ): Promise<void> {
    if (options.adminUrl !== undefined) {
      for (let from = 0; from < rows.length; from += ROWS_PER_TRANSACTION) {
        const batch = rows.slice(from, from + ROWS_PER_TRANSACTION);
        await answered(() => database.asAdmin('system:usage', (tx) => put(tx, batch)));
      }
      return;
    }
    for (const [tenant, own] of byTenant(rows)) {
      await answered(() => database.withTenant(tenant, (tx) => put(tx, own)));
    }
  }

  return {
    merge: (parts) => write(parts, mergeParts),
    crossed: (crossings) => write(crossings, insertCrossings),
    crossings: (tenant, query) => answered(() => database.withTenant(tenant, (tx) => listCrossings(tx, tenant, query))),
    close: () => database.close(),
  };
}

function byTenant<R extends { readonly tenantId: TenantId }>(rows: readonly R[]): Map<TenantId, R[]> {
  const groups = new Map<TenantId, R[]>();
  for (const row of rows) {
    const group = groups.get(row.tenantId);
    if (group) group.push(row);
    else groups.set(row.tenantId, [row]);
  }
  return groups;
}
