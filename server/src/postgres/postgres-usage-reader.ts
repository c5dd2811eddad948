import { type Database, Prisma, type Tx } from '@tenantcache/database';
import type { CounterName } from '../core/counters.js';
import { invalidOption } from '../core/options.js';
import type { TenantId } from '../core/tenant-id.js';
import type {
  DayUsage,
  FleetSample,
  ResourceUsage,
  TenantSpan,
  UsageReader,
  UsageSample,
} from '../core/usage-reader.js';
import { answered } from './connect.js';
import { COUNTERS, RESOURCE_COUNTERS } from './usage-columns.js';
import { fleetResources, fleetSamples } from './usage-fleet.js';
import { candidates, fleetUsage, spansOf } from './usage-spans.js';

const ACTOR = 'system:usage';
/** Tenants asked of in one statement, which keeps its time within the limit. */
const TENANTS_PER_STATEMENT = 500;

/** Reads what `mergeParts` left. Figures are doubles: exact up to 2^53. */
export class PostgresUsageReader implements UsageReader {
  readonly #database: Database;
  readonly #hasAdmin: boolean;

  constructor(database: Database, hasAdmin: boolean) {
    this.#database = database;
    this.#hasAdmin = hasAdmin;
  }

  async days(tenant: TenantId, span: { fromDate: string; toDate: string }): Promise<readonly DayUsage[]> {
    const rows = await this.#ofTenant(tenant, (tx) => readDays(tx, tenant, span));
    return rows.map(({ hitRate, meanResponseTimeMs, ...day }) => {
      return { ...day, hitRate: hitRate ?? undefined, meanResponseTimeMs: meanResponseTimeMs ?? undefined };
    });
  }

  samples(tenant: TenantId, span: { fromMs: number; toMs: number; stepMs: number }): Promise<readonly UsageSample[]> {
    return this.#ofTenant(tenant, (tx) => readSamples(tx, tenant, span));
  }

  resources(tenant: TenantId, { fromDate, toDate }: { fromDate: string; toDate: string }) {
    return this.#ofTenant(
      tenant,
      (tx): Promise<ResourceUsage[]> => tx.$queryRaw`
        SELECT resource, ${RESOURCE_COUNTERS.answer} FROM tenant_cache_resource_parts
         WHERE tenant_id = ${tenant} AND date BETWEEN ${fromDate}::date AND ${toDate}::date
         GROUP BY resource ORDER BY sum(requests) DESC, resource`,
    );
  }

  async spans(
    span: { fromMs: number; toMs: number },
    { after = '' as TenantId, count }: { after?: TenantId | undefined; count: number },
  ): Promise<readonly TenantSpan[]> {
    const found: TenantSpan[] = [];
    // Some have a day that the span touches and nothing within it: the page is filled from those behind them.
    for (let last = after; found.length < count; ) {
      const page = await this.#asAdmin(async (tx) => {
        const tenants = await candidates(tx, span, last, Math.min(count, TENANTS_PER_STATEMENT));
        return { tenants, spans: await spansOf(tx, span, tenants) };
      });
      found.push(...page.spans);
      const next = page.tenants.at(-1);
      if (next === undefined) break;
      last = next;
    }
    return found.slice(0, count);
  }

  fleet(span: { fromDate: string; toDate: string }, top: { by: CounterName; count: number }) {
    return this.#asAdmin((tx) => fleetUsage(tx, span, top));
  }

  fleetSamples(span: { fromMs: number; toMs: number; stepMs: number }): Promise<readonly FleetSample[]> {
    return this.#asAdmin((tx) => fleetSamples(tx, span));
  }

  fleetResources(span: { fromDate: string; toDate: string }): Promise<readonly ResourceUsage[]> {
    return this.#asAdmin((tx) => fleetResources(tx, span));
  }

  #ofTenant<T>(tenant: TenantId, read: (tx: Tx) => Promise<T>): Promise<T> {
    return answered(() => this.#database.withTenant(tenant, read));
  }

  async #asAdmin<T>(read: (tx: Tx) => Promise<T>): Promise<T> {
    if (!this.#hasAdmin) {
      throw invalidOption(
        'postgresUsage()',
        'no adminUrl',
        'the URL of the admin role',
        'pass adminUrl to read all tenants',
      );
    }
    return answered(() => this.#database.asAdmin(ACTOR, read));
  }
}

type DayRow = Omit<DayUsage, 'hitRate' | 'meanResponseTimeMs'> & {
  hitRate: number | null;
  meanResponseTimeMs: number | null;
};

function readDays(tx: Tx, tenant: TenantId, { fromDate, toDate }: { fromDate: string; toDate: string }) {
  return tx.$queryRaw<DayRow[]>`
    SELECT date::text AS date, hit_rate AS "hitRate", avg_response_time_ms AS "meanResponseTimeMs", ${COUNTERS.ofMetrics}
      FROM tenant_cache_metrics
     WHERE tenant_id = ${tenant} AND date BETWEEN ${fromDate}::date AND ${toDate}::date AND requests > 0
     ORDER BY date`;
}

/** Counters are summed. The gauges are of the newest bucket, by the process that wrote most in it: it heard of them last. */
function readSamples(
  tx: Tx,
  tenant: TenantId,
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
) {
  const start = Prisma.sql`floor(extract(epoch FROM bucket_start)::float8 * 1000 / ${stepMs}::float8) * ${stepMs}::float8`;
  return tx.$queryRaw<UsageSample[]>`
    WITH picked AS MATERIALIZED (
      SELECT ${start} AS start_ms, * FROM tenant_cache_samples
       WHERE tenant_id = ${tenant} AND bucket_start >= to_timestamp(${fromMs}::float8 / 1000)
         AND bucket_start < to_timestamp(${toMs}::float8 / 1000)
    ), summed AS (
      SELECT start_ms AS "startMs", ${COUNTERS.answer} FROM picked GROUP BY start_ms
    ), latest AS (
      SELECT DISTINCT ON (start_ms) start_ms AS "startMs", used_bytes::float8 AS "usedBytes", entries::float8 AS entries,
             quota_bytes::float8 AS "quotaBytes", hard_limit_bytes::float8 AS "hardLimitBytes"
        FROM picked ORDER BY start_ms, bucket_start DESC, writes DESC, requests DESC, used_bytes DESC
    )
    SELECT * FROM summed JOIN latest USING ("startMs") ORDER BY "startMs"`;
}
