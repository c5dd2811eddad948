import type { Tx } from '@tenantcache/database';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';
import type { TidyReport, UsageSink } from '../core/usage-sink.js';
import { byTenant } from './by-tenant.js';
import { answered, connect } from './connect.js';
import { insertCrossings, listCrossings } from './crossing-rows.js';
import { postgresAlerts } from './postgres-alerts.js';
import { postgresCurves } from './postgres-curves.js';
import type { PostgresOptions } from './postgres-options.js';
import { postgresSharedAccess } from './postgres-shared-access.js';
import { PostgresUsageReader } from './postgres-usage-reader.js';
import { mergeParts } from './usage-merge.js';
import { dropSamples, foldDays } from './usage-tidy.js';

export interface PostgresUsageOptions extends PostgresOptions {}

/** Both keep a transaction short, and its JSON parameters within about a megabyte. */
const ROWS_PER_TRANSACTION = 500;
const RESOURCE_ROWS_PER_TRANSACTION = 3_000;

/** What one call of `tidy` does at the most. Every 5 minutes it keeps up with 10,000 tenants in five processes. */
const TIDY_TRANSACTIONS = 10;
const DAYS_PER_TRANSACTION = 500;
const SAMPLES_PER_TRANSACTION = 5_000;

/**
 * Usage in Postgres: the day's sums, samples, and each tenant's use beside its quota. Merging is idempotent, so whatever
 * fails may be merged again. With `adminUrl` a transaction takes up to 500 parts; with `url` alone, one tenant's, and
 * nothing is folded or dropped, nor is it kept who read what of shared datasets. A database that does not answer is `DIRECTORY_UNAVAILABLE`. Connects with its first call.
 */
export function postgresUsage(options: PostgresUsageOptions): UsageSink {
  const database = connect('postgresUsage()', options);
  const asAdmin = <T>(work: (tx: Tx) => Promise<T>) => answered(() => database.asAdmin('system:usage', work));

  /** In batches, each all or nothing. */
  async function write<R extends { readonly tenantId: TenantId }>(
    rows: readonly R[],
    put: (tx: Tx, batch: readonly R[]) => Promise<number>,
    weightOf: (row: R) => number,
  ): Promise<number> {
    let sum = 0;
    if (options.adminUrl !== undefined) {
      for (const batch of batches(rows, weightOf)) sum += await asAdmin((tx) => put(tx, batch));
      return sum;
    }
    for (const [tenant, own] of byTenant(rows)) {
      for (const batch of batches(own, weightOf)) {
        sum += await answered(() => database.withTenant(tenant, (tx) => put(tx, batch)));
      }
    }
    return sum;
  }

  /** Adds up what `step` did until it finds less than it may do. */
  async function repeat(step: (tx: Tx) => Promise<number>, max: number): Promise<number> {
    let sum = 0;
    for (let round = 0; round < TIDY_TRANSACTIONS; round++) {
      const done = await asAdmin(step);
      sum += done;
      if (done < max) break;
    }
    return sum;
  }

  async function tidy(nowMs: number): Promise<TidyReport> {
    const foldedDays = await repeat((tx) => foldDays(tx, nowMs, DAYS_PER_TRANSACTION), DAYS_PER_TRANSACTION);
    const droppedSamples = await repeat(
      (tx) => dropSamples(tx, nowMs, SAMPLES_PER_TRANSACTION),
      SAMPLES_PER_TRANSACTION,
    );
    return { foldedDays, droppedSamples };
  }

  return {
    merge: async (parts) => ({ lateParts: await write(parts, mergeParts, resourceRows) }),
    ...(options.adminUrl === undefined
      ? {}
      : { tidy, alerts: postgresAlerts(database), sharedAccess: postgresSharedAccess(database) }),
    curves: postgresCurves(database, { admin: options.adminUrl !== undefined }),
    reader: new PostgresUsageReader(database, options.adminUrl !== undefined),
    crossed: async (crossings) => {
      const put = (tx: Tx, batch: typeof crossings) => insertCrossings(tx, batch).then(() => 0);
      await write(crossings, put, () => 0);
    },
    crossings: (tenant, query) => answered(() => database.withTenant(tenant, (tx) => listCrossings(tx, tenant, query))),
    close: () => database.close(),
  };
}

const resourceRows = (part: UsagePart): number => Object.keys(part.resources).length;

function* batches<R>(rows: readonly R[], weightOf: (row: R) => number): Iterable<R[]> {
  let batch: R[] = [];
  let weight = 0;
  for (const row of rows) {
    const added = weightOf(row);
    if (batch.length > 0 && (batch.length >= ROWS_PER_TRANSACTION || weight + added > RESOURCE_ROWS_PER_TRANSACTION)) {
      yield batch;
      [batch, weight] = [[], 0];
    }
    batch.push(row);
    weight += added;
  }
  if (batch.length > 0) yield batch;
}
