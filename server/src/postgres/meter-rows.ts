import { Prisma, type Tx } from '@tenantcache/database';
import type { MeterReading } from '../core/directory.js';

/**
 * One statement, whose rows are locked in the order of their keys; of each figure the greatest stays. No reading is taken
 * to be from a time that has not come yet, whatever the clock of who read it says.
 */
export async function mergeMeters(tx: Tx, readings: readonly MeterReading[]): Promise<void> {
  const rows = readings.map(({ tenantId, atMs, usedBytes, meters }) => ({
    tenant_id: tenantId,
    since_ms: meters.sinceMs,
    read_at_ms: atMs,
    byte_ms: meters.byteMs,
    overage_byte_ms: meters.overageByteMs,
    peak_bytes: meters.peakBytes,
    times_exceeded: meters.timesExceeded,
    used_bytes: usedBytes,
  }));
  await tx.$executeRaw`
    INSERT INTO tenant_cache_meters AS old
           (tenant_id, since, read_at, byte_ms, overage_byte_ms, peak_bytes, times_exceeded, used_bytes, seen_bytes)
    SELECT tenant_id, to_timestamp(since_ms / 1000), LEAST(to_timestamp(max(read_at_ms) / 1000), clock_timestamp()),
           max(byte_ms), max(overage_byte_ms), max(peak_bytes), max(times_exceeded),
           (array_agg(used_bytes ORDER BY read_at_ms DESC))[1], max(used_bytes)
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS r(tenant_id text, since_ms float8, read_at_ms float8, byte_ms float8, overage_byte_ms float8,
             peak_bytes bigint, times_exceeded bigint, used_bytes bigint)
     -- A reading that comes after its tenant was removed must not be what the next of that id begins with.
     WHERE EXISTS (SELECT 1 FROM tenants t WHERE t.tenant_id = r.tenant_id)
     GROUP BY tenant_id, since_ms ORDER BY tenant_id, since_ms
    ON CONFLICT (tenant_id, since) DO UPDATE SET
      read_at = GREATEST(old.read_at, EXCLUDED.read_at), byte_ms = GREATEST(old.byte_ms, EXCLUDED.byte_ms),
      overage_byte_ms = GREATEST(old.overage_byte_ms, EXCLUDED.overage_byte_ms),
      peak_bytes = GREATEST(old.peak_bytes, EXCLUDED.peak_bytes),
      times_exceeded = GREATEST(old.times_exceeded, EXCLUDED.times_exceeded),
      used_bytes = CASE WHEN EXCLUDED.read_at >= old.read_at THEN EXCLUDED.used_bytes ELSE old.used_bytes END,
      seen_bytes = GREATEST(old.seen_bytes, EXCLUDED.seen_bytes)`;
}

/** What accounts hold that no statement does yet, up to the end of a period. */
export interface MeteredPeriod {
  readonly byteMs: number;
  readonly overageByteMs: number;
  readonly peakBytes: number;
  readonly timesExceeded: number;
}

interface MeterRow {
  since_ms: number;
  read_at_ms: number;
  closed_at_ms: number | null;
  byte_ms: number;
  overage_byte_ms: number;
  peak_bytes: number;
  times_exceeded: number;
  seen_bytes: number;
  closed_byte_ms: number;
  closed_overage_byte_ms: number;
  closed_peak_bytes: number;
  closed_times_exceeded: number;
}

/**
 * Takes a tenant's share of a period out of its accounts. What was read after the period's end is shared between it and
 * the next in proportion to time, so statements add up to what was metered, whenever they are closed.
 */
export async function takeMeters(tx: Tx, tenantId: string, endMs: number): Promise<MeteredPeriod> {
  const rows = await metersOf(tx, tenantId, Prisma.sql`FOR NO KEY UPDATE`);
  const taken = rows.map((row) => takenOf(row, endMs));
  for (const [index, share] of taken.entries()) {
    const row = rows[index] as MeterRow;
    if (share === undefined) continue;
    await tx.$executeRaw`
      UPDATE tenant_cache_meters
         SET closed_at = to_timestamp(${endMs}::float8 / 1000), closed_peak_bytes = peak_bytes,
             seen_bytes = CASE WHEN ${row === rows.at(-1)} THEN used_bytes ELSE 0 END,
             closed_byte_ms = LEAST(byte_ms, closed_byte_ms + ${share.byteMs}),
             closed_overage_byte_ms = LEAST(overage_byte_ms, closed_overage_byte_ms + ${share.overageByteMs}),
             closed_times_exceeded = closed_times_exceeded + ${share.timesExceeded}
       WHERE tenant_id = ${tenantId} AND since = to_timestamp(${row.since_ms}::float8 / 1000)`;
  }
  return summed(taken);
}

/** The same without taking it; and when the accounts were last read, 0 where they never were. */
export async function metered(
  tx: Tx,
  tenantId: string,
  untilMs: number,
): Promise<MeteredPeriod & { readonly readAtMs: number }> {
  const rows = await metersOf(tx, tenantId, Prisma.empty);
  const readAtMs = Math.max(0, ...rows.map(({ read_at_ms }) => Math.round(read_at_ms)));
  return { ...summed(rows.map((row) => takenOf(row, untilMs))), readAtMs };
}

async function metersOf(tx: Tx, tenantId: string, lock: Prisma.Sql): Promise<MeterRow[]> {
  return tx.$queryRaw<MeterRow[]>`
    SELECT extract(epoch FROM since)::float8 * 1000 AS since_ms, extract(epoch FROM read_at)::float8 * 1000 AS read_at_ms,
           extract(epoch FROM closed_at)::float8 * 1000 AS closed_at_ms, byte_ms, overage_byte_ms,
           peak_bytes::float8 AS peak_bytes, times_exceeded::float8 AS times_exceeded, seen_bytes::float8 AS seen_bytes,
           closed_byte_ms, closed_overage_byte_ms, closed_peak_bytes::float8 AS closed_peak_bytes,
           closed_times_exceeded::float8 AS closed_times_exceeded
      FROM tenant_cache_meters WHERE tenant_id = ${tenantId} ORDER BY since ${lock}`;
}

/** Undefined where nothing of the account is from before `endMs`. */
function takenOf(row: MeterRow, endMs: number): MeteredPeriod | undefined {
  const share = shareBefore(row, endMs);
  if (share === 0) return undefined;
  return {
    // Whole ones; what is cut off is in the next period's.
    byteMs: Math.floor((row.byte_ms - row.closed_byte_ms) * share),
    overageByteMs: Math.floor((row.overage_byte_ms - row.closed_overage_byte_ms) * share),
    timesExceeded: Math.round((row.times_exceeded - row.closed_times_exceeded) * share),
    // The account knows its greatest use ever; where that is from an earlier period, what was read in this one tells,
    // and what was used when it began.
    peakBytes: row.peak_bytes > row.closed_peak_bytes ? row.peak_bytes : row.seen_bytes,
  };
}

function summed(taken: readonly (MeteredPeriod | undefined)[]): MeteredPeriod {
  let total: MeteredPeriod = { byteMs: 0, overageByteMs: 0, peakBytes: 0, timesExceeded: 0 };
  for (const share of taken) {
    if (share === undefined) continue;
    total = {
      byteMs: total.byteMs + share.byteMs,
      overageByteMs: total.overageByteMs + share.overageByteMs,
      timesExceeded: total.timesExceeded + share.timesExceeded,
      peakBytes: Math.max(total.peakBytes, share.peakBytes),
    };
  }
  return total;
}

/** The part of what is open of an account that lies before `endMs`, from 0 to 1. */
function shareBefore({ since_ms, read_at_ms, closed_at_ms }: MeterRow, endMs: number): number {
  if (read_at_ms <= endMs) return 1;
  const fromMs = Math.max(since_ms, closed_at_ms ?? 0);
  return endMs <= fromMs ? 0 : (endMs - fromMs) / (read_at_ms - fromMs);
}
