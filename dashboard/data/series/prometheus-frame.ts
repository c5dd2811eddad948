import type { PrometheusClient, RangeSeries } from '../prometheus-client';
import { gauge, increase, ofTenant, scraped } from '../promql';
import { atLeastStep, narrowed, type TimeRange } from '../range';
import { type Frame, FrameBuilder } from './frame';
import { type Counter, familiesOf, GAUGE_FAMILIES, type Gauge, isGauge, namesOf, type SeriesName } from './names';
import { prometheusGrid } from './prometheus-grid';

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
 * Each family once, plus one question that tells where Prometheus scraped at all. Undefined where it scraped nothing in
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
  const grid = prometheusGrid(client, range, finest);
  const builder = new FrameBuilder(grid.range, names);
  const matcher = tenantId === undefined ? '' : ofTenant(tenantId);

  const counters = names.filter((name): name is Name & Counter => !isGauge(name));
  const families = familiesOf(counters).map(async (family) => {
    const by = family.split ? [family.split.label] : [];
    for (const series of await grid.ask((windowMs) => increase(family.family, windowMs, { by, matcher }))) {
      const name = family.split ? family.split.names[series.labels[family.split.label] ?? ''] : namesOf(family)[0];
      if (name) place(builder, name as Name, series, family.scale ?? 1);
    }
  });
  const gauges = names
    .filter((name): name is Name & Gauge => isGauge(name))
    .map(async (name) => {
      const family = GAUGE_FAMILIES[name as Gauge];
      for (const series of await grid.ask((windowMs) => gauge(family, windowMs, { matcher })))
        place(builder, name, series, 1);
    });
  const [covered] = await Promise.all([grid.ask(scraped), ...families, ...gauges]);
  for (const { points } of covered) for (const [at] of points) builder.cover(at);
  const known = builder.has(names);
  builder.zero(counters);
  return { frame: builder.build(grid.lastStepMs), known };
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

async function coverage(client: PrometheusClient, { fromMs, toMs, stepMs }: TimeRange): Promise<number[]> {
  const series = await client.queryRange(scraped(stepMs), fromMs, toMs, stepMs);
  return (series[0]?.points ?? []).map(([at]) => at);
}

function place<Name extends SeriesName>(builder: FrameBuilder<Name>, name: Name, series: RangeSeries, scale: number) {
  for (const [at, value] of series.points) builder.put(name, at, value * scale);
}
