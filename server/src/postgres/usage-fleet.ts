import type { Tx } from '@tenantcache/database';
import { MAX_FLEET_RESOURCES, OTHER_RESOURCE } from '../core/counters.js';
import type { FleetSample, ResourceUsage } from '../core/usage-reader.js';
import { COUNTERS, RESOURCE_COUNTERS } from './usage-columns.js';

const DAY_MS = 86_400_000;

interface Steps {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/**
 * Days have been summed by tenant already, and are kept when their samples are gone. Samples are summed by bucket first,
 * which takes half the time that sums by a step take (1.44 million rows: 1.1 s against 1.9 s, and 5.6 s with how many
 * tenants there were).
 */
export function fleetSamples(tx: Tx, { fromMs, toMs, stepMs }: Steps): Promise<FleetSample[]> {
  if (stepMs === DAY_MS) {
    return tx.$queryRaw<FleetSample[]>`
      SELECT extract(epoch FROM date)::float8 * 1000 AS "startMs", ${COUNTERS.answerOfMetrics} FROM tenant_cache_metrics
       WHERE date BETWEEN ${dateOf(fromMs)}::date AND ${dateOf(toMs - 1)}::date
       GROUP BY date ORDER BY date`;
  }
  return tx.$queryRaw<FleetSample[]>`
    WITH buckets AS MATERIALIZED (
      SELECT extract(epoch FROM bucket_start)::float8 * 1000 AS start_ms, ${COUNTERS.answer} FROM tenant_cache_samples
       WHERE bucket_start >= to_timestamp(${fromMs}::float8 / 1000) AND bucket_start < to_timestamp(${toMs}::float8 / 1000)
       GROUP BY bucket_start
    )
    SELECT floor(start_ms / ${stepMs}::float8) * ${stepMs}::float8 AS "startMs", ${COUNTERS.sumsOfAnswers} FROM buckets
     GROUP BY 1 ORDER BY 1`;
}

export function fleetResources(
  tx: Tx,
  { fromDate, toDate }: { readonly fromDate: string; readonly toDate: string },
): Promise<ResourceUsage[]> {
  return tx.$queryRaw<ResourceUsage[]>`
    WITH summed AS MATERIALIZED (
      SELECT resource, ${RESOURCE_COUNTERS.answer} FROM tenant_cache_resource_parts
       WHERE date BETWEEN ${fromDate}::date AND ${toDate}::date GROUP BY resource
    ), ranked AS (
      SELECT *, row_number() OVER (ORDER BY resource = ${OTHER_RESOURCE}, requests DESC, resource) AS rank FROM summed
    ), named AS (
      SELECT CASE WHEN rank <= ${MAX_FLEET_RESOURCES} THEN resource ELSE ${OTHER_RESOURCE} END AS resource,
             ${RESOURCE_COUNTERS.answers}
        FROM ranked
    )
    SELECT resource, ${RESOURCE_COUNTERS.sumsOfAnswers} FROM named
     GROUP BY resource ORDER BY sum(requests) DESC, resource`;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
