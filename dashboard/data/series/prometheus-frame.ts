import type { PrometheusClient, RangeSeries } from '../prometheus-client';
import { gauge, increase, ofTenant, scraped } from '../promql';
import { atLeastStep, narrowed, type TimeRange } from '../range';
import { type Frame, FrameBuilder } from './frame';
import { type Counter, familiesOf, GAUGE_FAMILIES, type Gauge, isGauge, namesOf, type SeriesName } from './names';

/** A window needs two scrapes to show growth. */
export const SCRAPES_PER_STEP = 2;

export interface Scope {
  /** One tenant, or the whole fleet summed. */
  readonly tenantId?: string | undefined;
}

export interface PrometheusFrame<Name extends SeriesName> {
  readonly frame: Frame<Name>;
  /** Does Prometheus know any of the series, or were they only filled with zeros? */
  readonly known: boolean;
}

/**
 * One range query per family, plus one that tells where Prometheus scraped at all. Undefined where it scraped nothing in
 * the range. A young installation gets a narrower range and finer steps.
 * @throws PrometheusError
 */
export async function prometheusFrame<Name extends SeriesName>(
  client: PrometheusClient,
  { tenantId }: Scope,
  names: readonly Name[],
  asked: TimeRange,
  scrapeIntervalMs: number,
): Promise<PrometheusFrame<Name> | undefined> {
  const finest = scrapeIntervalMs * SCRAPES_PER_STEP;
  const range = await recordedRange(client, atLeastStep(asked, finest), finest);
  if (!range) return undefined;
  const builder = new FrameBuilder(range, names);
  const matcher = tenantId === undefined ? '' : ofTenant(tenantId);
  const run = (query: string) => client.queryRange(query, builder.times[0] ?? range.toMs, range.toMs, range.stepMs);

  const counters = names.filter((name): name is Name & Counter => !isGauge(name));
  const families = familiesOf(counters).map(async (family) => {
    const by = family.split ? [family.split.label] : [];
    for (const series of await run(increase(family.family, range.stepMs, { by, matcher }))) {
      const name = family.split ? family.split.names[series.labels[family.split.label] ?? ''] : namesOf(family)[0];
      if (name) place(builder, name as Name, series, family.scale ?? 1);
    }
  });
  const gauges = names
    .filter((name): name is Name & Gauge => isGauge(name))
    .map(async (name) => {
      for (const series of await run(gauge(GAUGE_FAMILIES[name as Gauge], range.stepMs, { matcher })))
        place(builder, name, series, 1);
    });
  const grid = { ...range, fromMs: builder.times[0] ?? range.toMs };
  const [covered] = await Promise.all([coverage(client, grid), ...families, ...gauges]);
  for (const at of covered) builder.cover(at);
  const known = builder.has(names);
  builder.zero(counters);
  return { frame: builder.build(), known };
}

/** Narrows until the first recorded moment is known well enough; undefined where nothing was recorded. */
export async function recordedRange(client: PrometheusClient, asked: TimeRange, finestMs: number) {
  let range = asked;
  for (;;) {
    const { fromMs, toMs, stepMs } = range;
    const windows = Math.floor((toMs - fromMs) / stepMs);
    const [first] = await coverage(client, { ...range, fromMs: toMs - windows * stepMs });
    if (first === undefined) return undefined;
    const next = narrowed(range, first - stepMs, finestMs);
    if (next === range) return range;
    range = next;
  }
}

export async function coverage(client: PrometheusClient, { fromMs, toMs, stepMs }: TimeRange): Promise<number[]> {
  const series = await client.queryRange(scraped(stepMs), fromMs, toMs, stepMs);
  return (series[0]?.points ?? []).map(([at]) => at);
}

function place<Name extends SeriesName>(builder: FrameBuilder<Name>, name: Name, series: RangeSeries, scale: number) {
  for (const [at, value] of series.points) builder.put(name, at, value * scale);
}
