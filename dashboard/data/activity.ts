import 'server-only';
import { type Activity, activityOf, leadersOf, recordedMsOf } from './activity-from-postgres';
import { historyFor, rowsOf } from './history';
import { prometheus, scrapeIntervalMs } from './prometheus';
import { PrometheusError } from './prometheus-client';
import { hitRatio, increase, most, ofTenants, scrapes } from './promql';
import { stepFor, type TimeRange } from './range';
import type { Value } from './series/frame';
import type { FleetViewer } from './viewer';

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
  /** Of the tenants that did anything. */
  readonly rows: readonly Activity[];
  /** How much of the range was recorded: rates are over this, not over the hours before the installation. */
  readonly recordedMs: number;
}

/** What these tenants did in the range, from the source that knows more of it: a query per family, or one to Postgres. */
export async function readActivity(
  viewer: FleetViewer,
  range: TimeRange,
  tenantIds: readonly string[],
): Promise<Activities> {
  if (tenantIds.length === 0) return { rows: [], recordedMs: 0 };
  return fromBetter(viewer, range, {
    prometheus: async (recordedMs) => {
      const rows = await fromPrometheus(range, tenantIds);
      const labelled = new Set(rows.map(({ tenantId }) => tenantId));
      // Tenants beyond the cap of labels are in Postgres only, as are those that did nothing in neither.
      const others = tenantIds.filter((tenantId) => !labelled.has(tenantId));
      if (others.length === 0) return { rows, recordedMs };
      return { rows: [...rows, ...(await rowsOf(viewer, (tx) => activityOf(tx, range, others)))], recordedMs };
    },
    postgres: () =>
      rowsOf(viewer, async (tx) => ({
        rows: await activityOf(tx, range, tenantIds),
        recordedMs: await recordedMsOf(tx, range),
      })),
  });
}

/** The ids of those with most of each, `count` at most of one. */
export async function readLeaders(
  viewer: FleetViewer,
  range: TimeRange,
  by: readonly ('misses' | 'evictions')[],
  count: number,
): Promise<string[]> {
  const leaders = await fromBetter(viewer, range, {
    prometheus: async () => {
      const ranked = by.map((name) => prometheus().query(most(count, grown(name, range)), range.toMs));
      return (await Promise.all(ranked)).flat().map(({ labels }) => labels.tenant ?? '');
    },
    postgres: () => rowsOf(viewer, (tx) => leadersOf(tx, range, by, count)),
  });
  return [...new Set(leaders)];
}

export interface Either<T> {
  readonly prometheus: (recordedMs: number) => Promise<T>;
  readonly postgres: () => Promise<T>;
}

/** Prometheus where it answers and knows most of the range, else Postgres. */
export async function fromBetter<T>(viewer: FleetViewer, range: TimeRange, ask: Either<T>): Promise<T> {
  try {
    const span = range.toMs - range.fromMs;
    const [series] = await prometheus().query(scrapes(span), range.toMs);
    const recordedMs = Math.min(span, (series?.points[0]?.[1] ?? 0) * (await scrapeIntervalMs()));
    if (recordedMs < span / 2 && (await historyKnowsMore(viewer, range, recordedMs))) return await ask.postgres();
    return await ask.prometheus(recordedMs);
  } catch (error) {
    if (!(error instanceof PrometheusError)) throw error;
    return ask.postgres();
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

/** How much a counter of a tenant grew in the range; of evictions only those for space count. */
export function grown(name: Name, { fromMs, toMs }: TimeRange, tenantIds?: readonly string[]): string {
  const labels = [
    ...(tenantIds ? [ofTenants(tenantIds).slice(1, -1)] : []),
    ...(name === 'evictions' ? ['reason="space"'] : []),
  ];
  return increase(FAMILIES[name], toMs - fromMs, { by: ['tenant'], matcher: `{${labels.join(',')}}` });
}

async function fromPrometheus(range: TimeRange, tenantIds: readonly string[]): Promise<Activity[]> {
  const found = new Map<string, Record<Name, number>>();
  await Promise.all(
    NAMES.map(async (name) => {
      for (const { labels, points } of await prometheus().query(grown(name, range, tenantIds), range.toMs)) {
        const tenantId = labels.tenant ?? '';
        const row = found.get(tenantId) ?? { requests: 0, hits: 0, misses: 0, evictions: 0, rejections: 0 };
        row[name] = points[0]?.[1] ?? 0;
        found.set(tenantId, row);
      }
    }),
  );
  return [...found].map(([tenantId, row]) => ({ tenantId, ...row }));
}
