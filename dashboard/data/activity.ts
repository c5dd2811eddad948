import 'server-only';
import { historyFor, rowsOf } from './history';
import { prometheus, scrapeIntervalMs } from './prometheus';
import { PrometheusError } from './prometheus-client';
import { hitRatio, increase, ofTenants, scrapes } from './promql';
import { stepFor, type TimeRange } from './range';
import type { Value } from './series/frame';
import type { FleetViewer } from './viewer';

/** What one tenant did in a range. */
export interface Activity {
  readonly tenantId: string;
  readonly requests: number;
  readonly hits: number;
  readonly misses: number;
  /** Entries evicted for space. */
  readonly evictions: number;
  /** Writes that the quota refused. */
  readonly rejections: number;
}

const CLEARLY_MS = 10 * 60_000;

const FAMILIES = {
  requests: 'requests_total',
  hits: 'hits_total',
  misses: 'misses_total',
  evictions: 'evictions_total',
  rejections: 'rejections_total',
} as const;
type Name = keyof typeof FAMILIES;
const NAMES = Object.keys(FAMILIES) as Name[];

export interface Activities {
  readonly rows: readonly Activity[];
  /** How much of the range was recorded: rates are over this, not over the hours before the installation. */
  readonly recordedMs: number;
}

/** All tenants that did anything in the range. */
export async function readActivity(viewer: FleetViewer, range: TimeRange): Promise<readonly Activity[]> {
  return (await readRecordedActivity(viewer, range)).rows;
}

/** The same with how much was recorded, from the source that knows more of it: a query per family, or one to Postgres. */
export async function readRecordedActivity(viewer: FleetViewer, range: TimeRange): Promise<Activities> {
  try {
    const span = range.toMs - range.fromMs;
    const [series] = await prometheus().query(scrapes(span), range.toMs);
    const recordedMs = Math.min(span, (series?.points[0]?.[1] ?? 0) * (await scrapeIntervalMs()));
    if (recordedMs < span / 2 && (await historyKnowsMore(viewer, range, recordedMs)))
      return fromPostgres(viewer, range);
    return { rows: await fromPrometheus(range), recordedMs };
  } catch (error) {
    if (!(error instanceof PrometheusError)) throw error;
    return fromPostgres(viewer, range);
  }
}

async function historyKnowsMore(viewer: FleetViewer, range: TimeRange, recordedMs: number): Promise<boolean> {
  const firstMs = await historyFor(viewer).firstMs({}, range);
  return firstMs !== undefined && firstMs < range.toMs - recordedMs - CLEARLY_MS;
}

/** Hit ratios along the range for a few tenants, by one query. Empty without Prometheus. */
export async function readHitRatios(
  _viewer: FleetViewer,
  tenantIds: readonly string[],
  range: TimeRange,
): Promise<Map<string, Value[]>> {
  if (tenantIds.length === 0) return new Map();
  try {
    const span = range.toMs - range.fromMs;
    const stepMs = stepFor(span, Math.max(span / 30, 2 * (await scrapeIntervalMs())));
    const count = Math.floor(span / stepMs);
    const startMs = range.toMs - (count - 1) * stepMs;
    const series = await prometheus().queryRange(hitRatio(stepMs, ofTenants(tenantIds)), startMs, range.toMs, stepMs);
    return new Map(
      series.map(({ labels, points }) => {
        const values: Value[] = Array.from({ length: count }, () => null);
        for (const [at, value] of points) values[Math.round((at - startMs) / stepMs)] = value;
        return [labels.tenant ?? '', values.slice(values.findIndex((value) => value !== null))];
      }),
    );
  } catch (error) {
    if (error instanceof PrometheusError) return new Map();
    throw error;
  }
}

async function fromPrometheus({ fromMs, toMs }: TimeRange): Promise<Activity[]> {
  const found = new Map<string, Record<Name, number>>();
  await Promise.all(
    NAMES.map(async (name) => {
      const matcher = name === 'evictions' ? '{reason="space"}' : '';
      const query = increase(FAMILIES[name], toMs - fromMs, { by: ['tenant'], matcher });
      for (const { labels, points } of await prometheus().query(query, toMs)) {
        const tenantId = labels.tenant ?? '';
        const row = found.get(tenantId) ?? { requests: 0, hits: 0, misses: 0, evictions: 0, rejections: 0 };
        row[name] = points[0]?.[1] ?? 0;
        found.set(tenantId, row);
      }
    }),
  );
  return [...found].map(([tenantId, row]) => ({ tenantId, ...row }));
}

async function fromPostgres(viewer: FleetViewer, { fromMs, toMs }: TimeRange): Promise<Activities> {
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  return rowsOf(viewer, async (tx) => {
    const rows = await tx.$queryRaw<Activity[]>`
      SELECT tenant_id AS "tenantId", sum(requests)::float8 AS requests, sum(l1_hits + l2_hits)::float8 AS hits,
        sum(misses)::float8 AS misses, sum(evictions)::float8 AS evictions, sum(rejections)::float8 AS rejections
      FROM tenant_cache_samples WHERE bucket_start >= ${from} AND bucket_start < ${to}
      GROUP BY tenant_id`;
    const [recorded] = await tx.$queryRaw<{ ms: number | null }[]>`
      SELECT sum(bucket_ms)::float8 AS ms FROM (
        SELECT max(bucket_ms) AS bucket_ms FROM tenant_cache_samples
        WHERE bucket_start >= ${from} AND bucket_start < ${to} GROUP BY bucket_start) AS buckets`;
    return { rows, recordedMs: recorded?.ms ?? 0 };
  });
}
