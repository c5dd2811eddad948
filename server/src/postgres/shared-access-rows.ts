import { Prisma, type Tx } from '@tenantcache/database';
import {
  type HourlyDemand,
  MAX_ACCESS_AGE_MS,
  type SharedAccess,
  type SharedAccessList,
  type SharedAccessPart,
  type SharedAccessQuery,
} from '../core/shared.js';
import type { TenantId } from '../core/tenant-id.js';

/** Of what was made of all processes: no process has it. */
const FOLDED = '';
/** Beside what `merge` still takes, so that no merge under way can bring a part of an hour that is being folded. */
const FOLD_AFTER_MS = MAX_ACCESS_AGE_MS + 3_600_000;

/** One statement. Rows are locked in the order of their keys, so that two flushers never wait for each other for ever. */
export async function mergeAccess(tx: Tx, parts: readonly SharedAccessPart[]): Promise<void> {
  const rows = parts.map(({ tenantId, dataset, group, kind, hourMs, processEpoch, reads, limited }) => {
    return [tenantId, dataset, group, kind, hourMs, processEpoch, reads, limited];
  });
  // Grouped, for a statement may not touch a row twice.
  await tx.$executeRaw`
    INSERT INTO shared_access AS old (tenant_id, dataset, hour, group_name, kind, process_epoch, reads, limited)
    SELECT p ->> 0, p ->> 1, to_timestamp((p ->> 4)::float8 / 1000) AS hour, p ->> 2, p ->> 3, p ->> 5,
           max((p ->> 6)::bigint), max((p ->> 7)::bigint)
      FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) AS p
     WHERE (p ->> 4)::float8 >= extract(epoch FROM now())::float8 * 1000 - ${MAX_ACCESS_AGE_MS}::float8
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (tenant_id, dataset, hour, group_name, kind, process_epoch)
    DO UPDATE SET reads = greatest(old.reads, EXCLUDED.reads), limited = greatest(old.limited, EXCLUDED.limited)`;
}

interface Row {
  tenant_id: string;
  group_name: string;
  kind: string;
  hour_ms: number;
  reads: bigint;
  limited: bigint;
}

const HOUR_MS = Prisma.sql`extract(epoch FROM hour)::float8 * 1000 AS hour_ms`;

export async function listAccess(tx: Tx, query: SharedAccessQuery): Promise<SharedAccessList> {
  const { dataset, page, pageSize } = query;
  const where = conditions(query);
  const rows = await tx.$queryRaw<Row[]>`
    SELECT tenant_id, group_name, kind, ${HOUR_MS}, sum(reads)::bigint AS reads, sum(limited)::bigint AS limited
      FROM shared_access ${where} GROUP BY tenant_id, group_name, kind, hour
     ORDER BY hour DESC, reads DESC, tenant_id, group_name, kind LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const [sum] = await tx.$queryRaw<{ total: bigint; reads: bigint; limited: bigint }[]>`
    SELECT count(*) AS total, coalesce(sum(reads), 0)::bigint AS reads, coalesce(sum(limited), 0)::bigint AS limited
      FROM (SELECT sum(reads) AS reads, sum(limited) AS limited FROM shared_access ${where}
             GROUP BY tenant_id, group_name, kind, hour) AS summed`;
  const items = rows.map((row): SharedAccess => {
    const { tenant_id, group_name: group, kind, hour_ms, reads, limited } = row;
    const counts = { reads: Number(reads), limited: Number(limited) };
    return { tenantId: tenant_id as TenantId, dataset, group, kind, hourMs: Math.round(hour_ms), ...counts };
  });
  const { total = 0n, reads = 0n, limited = 0n } = sum ?? {};
  return { items, total: Number(total), reads: Number(reads), limited: Number(limited) };
}

interface Span {
  readonly dataset: string;
  readonly tenant?: TenantId;
  readonly group?: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

export async function demandOf(tx: Tx, query: Omit<Span, 'group'> & { readonly max: number }): Promise<HourlyDemand[]> {
  const rows = await tx.$queryRaw<Pick<Row, 'group_name' | 'kind' | 'hour_ms' | 'reads'>[]>`
    SELECT group_name, kind, ${HOUR_MS}, sum(reads)::bigint AS reads
      FROM shared_access ${conditions(query)} GROUP BY group_name, kind, hour
     ORDER BY reads DESC, hour DESC, group_name, kind LIMIT ${query.max}`;
  return rows.map(({ group_name: group, kind, hour_ms, reads }) => {
    return { group, kind, hourMs: Math.round(hour_ms), reads: Number(reads) };
  });
}

function conditions({ dataset, tenant, group, fromMs, untilMs }: Span): Prisma.Sql {
  const given = [
    Prisma.sql`dataset = ${dataset}`,
    Prisma.sql`hour >= to_timestamp(${fromMs}::float8 / 1000)`,
    Prisma.sql`hour < to_timestamp(${untilMs}::float8 / 1000)`,
  ];
  if (tenant !== undefined) given.push(Prisma.sql`tenant_id = ${tenant}`);
  if (group !== undefined) given.push(Prisma.sql`group_name = ${group}`);
  return Prisma.sql`WHERE ${Prisma.join(given, ' AND ')}`;
}

/**
 * At most `max` parts of hours that take no more become part of their hour's one row; returns how many. A part is moved,
 * not summed up anew: whoever does the same at once moves others.
 */
export async function foldAccess(tx: Tx, dataset: string, max: number): Promise<number> {
  const [done] = await tx.$queryRaw<{ moved: number }[]>`
    WITH moved AS (
      DELETE FROM shared_access WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM shared_access
         WHERE dataset = ${dataset} AND process_epoch <> ${FOLDED}
           AND hour < now() - ${FOLD_AFTER_MS}::float8 * interval '1 millisecond'
         ORDER BY hour LIMIT ${max} FOR UPDATE SKIP LOCKED))
      RETURNING *
    ), summed AS (
      INSERT INTO shared_access AS old (tenant_id, dataset, hour, group_name, kind, process_epoch, reads, limited)
      SELECT tenant_id, dataset, hour, group_name, kind, ${FOLDED}, sum(reads), sum(limited) FROM moved
       GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
      ON CONFLICT (tenant_id, dataset, hour, group_name, kind, process_epoch)
      DO UPDATE SET reads = old.reads + EXCLUDED.reads, limited = old.limited + EXCLUDED.limited
    )
    SELECT count(*)::int AS moved FROM moved`;
  return done?.moved ?? 0;
}

/** At most `max` rows; returns how many. */
export function dropAccess(tx: Tx, dataset: string, beforeMs: number, max: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM shared_access WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM shared_access
       WHERE dataset = ${dataset} AND hour < to_timestamp(${beforeMs}::float8 / 1000)
       ORDER BY hour LIMIT ${max} FOR UPDATE SKIP LOCKED))`;
}
