import type { Tx } from '@tenantcache/database';
import type { Page } from '../core/directory.js';
import type { QuotaState } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import type { CrossingRow } from '../core/usage-sink.js';

/** One statement; a crossing that is there already stays as it is, so that whatever fails may be sent again. */
export async function insertCrossings(tx: Tx, crossings: readonly CrossingRow[]): Promise<void> {
  const rows = crossings.map((row) => ({
    tenant_id: row.tenantId,
    at_ms: row.atMs,
    from_state: row.from,
    to_state: row.to,
    used_bytes: row.usedBytes,
    quota_bytes: row.quotaBytes,
    hard_limit_bytes: row.hardLimitBytes,
  }));
  await tx.$executeRaw`
    INSERT INTO tenant_cache_crossings
           (tenant_id, at, from_state, to_state, used_bytes, quota_bytes, hard_limit_bytes)
    SELECT tenant_id, to_timestamp(at_ms / 1000), from_state, to_state, used_bytes, quota_bytes, hard_limit_bytes
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS c(tenant_id text, at_ms float8, from_state text, to_state text,
             used_bytes bigint, quota_bytes bigint, hard_limit_bytes bigint)
     ORDER BY tenant_id, at_ms
    ON CONFLICT DO NOTHING`;
}

interface Row {
  from_state: QuotaState;
  to_state: QuotaState;
  at_ms: number;
  used_bytes: number;
  quota_bytes: number;
  hard_limit_bytes: number;
}

/** Newest first. */
export async function listCrossings(
  tx: Tx,
  tenantId: TenantId,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<Page<CrossingRow>> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT from_state, to_state, extract(epoch FROM at)::float8 * 1000 AS at_ms,
           used_bytes::float8 AS used_bytes, quota_bytes::float8 AS quota_bytes,
           hard_limit_bytes::float8 AS hard_limit_bytes
      FROM tenant_cache_crossings WHERE tenant_id = ${tenantId}
     ORDER BY at DESC, used_bytes LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS total FROM tenant_cache_crossings WHERE tenant_id = ${tenantId}`;
  const items = rows.map((row) => ({
    tenantId,
    from: row.from_state,
    to: row.to_state,
    atMs: row.at_ms,
    usedBytes: row.used_bytes,
    quotaBytes: row.quota_bytes,
    hardLimitBytes: row.hard_limit_bytes,
  }));
  return { items, total: counted[0]?.total ?? 0, page, pageSize };
}
