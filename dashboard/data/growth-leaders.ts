import 'server-only';
import { rowsOf } from './history';
import type { TimeRange } from './range';
import type { FleetViewer } from './viewer';

/** A tenant is measured from the first of these buckets that has it. */
const FIRST_BUCKETS = 3;

export interface Starts {
  /** When the first samples of the range were taken; undefined where it holds none. */
  readonly fromMs: number | undefined;
  /** What a tenant used then: of those asked for, and of those that grew most since. */
  readonly bytes: ReadonlyMap<string, number>;
}

/** Use at the start of the range, ranked by growth in Postgres: the samples know every tenant, with a label or without. */
export async function readStarts(
  viewer: FleetViewer,
  range: TimeRange,
  tenantIds: readonly string[],
  count: number,
): Promise<Starts> {
  return rowsOf(viewer, async (tx) => {
    const [first] = await tx.$queryRaw<{ atMs: number; bucketMs: number }[]>`
      SELECT extract(epoch FROM bucket_start)::float8 * 1000 AS "atMs", bucket_ms AS "bucketMs"
      FROM tenant_cache_samples
      WHERE bucket_start >= ${new Date(range.fromMs)} AND bucket_start < ${new Date(range.toMs)}
      ORDER BY bucket_start LIMIT 1`;
    if (!first) return { fromMs: undefined, bytes: new Map() };
    const end = new Date(first.atMs + FIRST_BUCKETS * first.bucketMs);
    const rows = await tx.$queryRaw<{ tenantId: string; bytes: number }[]>`
      WITH start AS (
        SELECT DISTINCT ON (tenant_id) tenant_id, used_bytes FROM tenant_cache_samples
        WHERE bucket_start >= ${new Date(first.atMs)} AND bucket_start < ${end}
        ORDER BY tenant_id, bucket_start, used_bytes DESC
      ), grown AS (
        SELECT tenant_id FROM start JOIN tenant_cache_quotas q USING (tenant_id)
        WHERE q.usage_at IS NOT NULL AND q.current_usage_mb * 1048576 > start.used_bytes
        ORDER BY q.current_usage_mb * 1048576 - start.used_bytes DESC, tenant_id LIMIT ${count})
      SELECT tenant_id AS "tenantId", used_bytes::float8 AS bytes FROM start
      WHERE tenant_id = ANY(${[...tenantIds]}::text[]) OR tenant_id IN (SELECT tenant_id FROM grown)`;
    return { fromMs: first.atMs, bytes: new Map(rows.map(({ tenantId, bytes }) => [tenantId, bytes])) };
  });
}
