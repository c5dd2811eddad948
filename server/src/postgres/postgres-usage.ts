import type { UsageSink } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';
import { answered, connect } from './connect.js';
import type { PostgresOptions } from './postgres-options.js';
import { mergeParts } from './usage-merge.js';

export interface PostgresUsageOptions extends PostgresOptions {}

/** Keeps a transaction short, and its JSON parameter within about a megabyte. */
const PARTS_PER_TRANSACTION = 500;

/**
 * Usage in Postgres: the day's sums, samples, and each tenant's use beside its quota. Merging is idempotent, so whatever
 * fails may be merged again. With `adminUrl` a transaction takes up to 500 parts; with `url` alone, one tenant's.
 * A database that does not answer is `DIRECTORY_UNAVAILABLE`. Connects with its first call.
 */
export function postgresUsage(options: PostgresUsageOptions): UsageSink {
  const database = connect('postgresUsage()', options);

  return {
    async merge(parts) {
      if (options.adminUrl !== undefined) {
        for (let from = 0; from < parts.length; from += PARTS_PER_TRANSACTION) {
          const batch = parts.slice(from, from + PARTS_PER_TRANSACTION);
          await answered(() => database.asAdmin('system:usage', (tx) => mergeParts(tx, batch)));
        }
        return;
      }
      for (const [tenant, own] of byTenant(parts)) {
        await answered(() => database.withTenant(tenant, (tx) => mergeParts(tx, own)));
      }
    },
    close: () => database.close(),
  };
}

function byTenant(parts: readonly UsagePart[]): Map<TenantId, UsagePart[]> {
  const groups = new Map<TenantId, UsagePart[]>();
  for (const part of parts) {
    const group = groups.get(part.tenantId);
    if (group) group.push(part);
    else groups.set(part.tenantId, [part]);
  }
  return groups;
}
