import type { Tx } from '@tenantcache/database';
import type { CurveSample } from '../core/advice.js';
import type { TenantId } from '../core/tenant-id.js';

/** One statement. Rows are locked in the order of their keys, so that two savers never wait for each other for ever. */
export async function upsertCurves(tx: Tx, samples: readonly CurveSample[]): Promise<void> {
  // A statement may not touch a row twice.
  const last = new Map<string, CurveSample>();
  for (const sample of samples) {
    const key = `${sample.tenantId} ${sample.processEpoch}`;
    if ((last.get(key)?.savedAtMs ?? 0) <= sample.savedAtMs) last.set(key, sample);
  }
  const rows = [...last.values()].map(({ tenantId, processEpoch, savedAtMs, ...sample }) => ({
    tenant_id: tenantId,
    process_epoch: processEpoch,
    saved_at_ms: savedAtMs,
    sample,
  }));
  await tx.$executeRaw`
    INSERT INTO tenant_cache_curves AS old (tenant_id, process_epoch, saved_at, sample)
    SELECT tenant_id, process_epoch, to_timestamp(saved_at_ms / 1000), sample
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS c(tenant_id text, process_epoch text, saved_at_ms float8, sample jsonb)
     ORDER BY tenant_id, process_epoch
    ON CONFLICT (tenant_id, process_epoch) DO UPDATE SET saved_at = EXCLUDED.saved_at, sample = EXCLUDED.sample
     WHERE old.saved_at <= EXCLUDED.saved_at`;
}

interface Row {
  process_epoch: string;
  saved_at_ms: number;
  sample: Omit<CurveSample, 'tenantId' | 'processEpoch' | 'savedAtMs'>;
}

export async function readCurves(tx: Tx, tenantId: TenantId, sinceMs: number): Promise<CurveSample[]> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT process_epoch, extract(epoch FROM saved_at)::float8 * 1000 AS saved_at_ms, sample
      FROM tenant_cache_curves
     WHERE tenant_id = ${tenantId} AND saved_at >= to_timestamp(${sinceMs}::float8 / 1000)
     ORDER BY process_epoch`;
  return rows.map(({ process_epoch, saved_at_ms, sample }) => ({
    tenantId,
    processEpoch: process_epoch,
    savedAtMs: Math.round(saved_at_ms),
    ...sample,
  }));
}

/** At most `max` rows; returns how many. */
export function dropCurves(tx: Tx, beforeMs: number, max: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM tenant_cache_curves WHERE (tenant_id, process_epoch) IN (
      SELECT tenant_id, process_epoch FROM tenant_cache_curves
       WHERE saved_at < to_timestamp(${beforeMs}::float8 / 1000) ORDER BY saved_at LIMIT ${max} FOR UPDATE SKIP LOCKED)`;
}
