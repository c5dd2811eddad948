import type { Database } from '@tenantcache/database';
import { readRecords, type TruthRecord } from './usage-truth-record.js';

/** One run of a worker, from its start to its kill or its end. */
export interface Run {
  readonly file: string;
  /** The shared ones, then its own. */
  readonly tenants: readonly string[];
  /** Undefined: it was closed. */
  killedAtMs: number | undefined;
}

export interface Counted {
  readonly tenantId: string;
  readonly processEpoch: string;
  readonly requests: number;
  readonly hits: number;
  readonly misses: number;
}

/** What a run counted for one tenant, against what is in Postgres of it. */
export interface Verdict {
  readonly tenant: string;
  readonly closed: boolean;
  readonly begun: number;
  readonly hits: number;
  readonly misses: number;
  /** Ended before the last put that the journal acknowledged. */
  readonly safe: { readonly requests: number; readonly hits: number; readonly misses: number };
  readonly counted: { readonly requests: number; readonly hits: number; readonly misses: number };
}

/** Every part of these tenants, by process: a tenant that came back to it has several. */
export async function countedParts(database: Database, tenants: readonly string[]): Promise<Counted[]> {
  const rows = await database.asAdmin(
    'system:test',
    (tx) => tx.$queryRaw<{ tenant_id: string; epoch: string; requests: bigint; hits: bigint; misses: bigint }[]>`
      SELECT tenant_id, split_part(process_epoch, '.', 1) AS epoch, sum(requests)::bigint AS requests,
             sum(l1_hits + l2_hits)::bigint AS hits, sum(misses)::bigint AS misses
        FROM tenant_cache_counter_parts WHERE tenant_id = ANY(${[...tenants]})
       GROUP BY 1, 2`,
  );
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    processEpoch: row.epoch,
    requests: Number(row.requests),
    hits: Number(row.hits),
    misses: Number(row.misses),
  }));
}

/** The days' rows as they stand, summed: a run may go past midnight. */
export async function countedDays(database: Database, tenants: readonly string[]) {
  const rows = await database.asAdmin(
    'system:test',
    (tx) => tx.$queryRaw<{ tenant_id: string; requests: bigint; hits: bigint; off: number }[]>`
      SELECT tenant_id, sum(requests)::bigint AS requests, sum(l1_hits + l2_hits)::bigint AS hits,
             max(abs(hit_rate - (l1_hits + l2_hits)::float8 / requests))::float8 AS off
        FROM tenant_cache_metrics WHERE tenant_id = ANY(${[...tenants]}) AND requests > 0
       GROUP BY 1`,
  );
  return rows.map(({ tenant_id, requests, hits, off }) => ({
    tenantId: tenant_id,
    requests: Number(requests),
    hits: Number(hits),
    off,
  }));
}

export function verdictsOf(run: Run, epoch: string | undefined, parts: readonly Counted[]): Verdict[] {
  const records = readRecords(run.file);
  const safeMs = lastJournalledMs(records);
  return run.tenants.map((tenant, index) => {
    const own = records.filter((record) => record.tenant === index);
    const count = (kinds: readonly TruthRecord['kind'][], beforeMs = Number.POSITIVE_INFINITY) =>
      own.filter(({ kind, atMs }) => kinds.includes(kind) && atMs < beforeMs).length;
    const part = parts.find(({ tenantId, processEpoch }) => tenantId === tenant && processEpoch === epoch);
    return {
      tenant,
      closed: run.killedAtMs === undefined,
      begun: count(['begun']),
      hits: count(['hit']),
      misses: count(['miss']),
      safe: {
        requests: count(['hit', 'miss'], safeMs),
        hits: count(['hit'], safeMs),
        misses: count(['miss'], safeMs),
      },
      counted: { requests: part?.requests ?? 0, hits: part?.hits ?? 0, misses: part?.misses ?? 0 },
    };
  });
}

/** By how much of its last time a killed run was not in the journal, in ms. */
export function unsafeSpanMs({ file, killedAtMs = 0 }: Run): number {
  const records = readRecords(file);
  return killedAtMs - Math.max(lastJournalledMs(records), records[0]?.atMs ?? killedAtMs);
}

/** What ended before was counted, and in the journal. */
export function lastJournalledMs(records: readonly TruthRecord[]): number {
  return records.findLast(({ kind }) => kind === 'journalled')?.atMs ?? 0;
}
