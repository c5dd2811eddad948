import type { PrometheusClient } from '../prometheus-client';
import { operationQuantiles, scraped } from '../promql';
import { atLeastStep, type TimeRange } from '../range';
import { type Frame, FrameBuilder } from './frame';
import { recordedRange } from './prometheus-frame';
import { prometheusGrid } from './prometheus-grid';

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export type Percentile = keyof typeof QUANTILES;
export const PERCENTILES = Object.keys(QUANTILES) as readonly Percentile[];

/**
 * Milliseconds that so many of 100 reads of a tier stayed below, in each step, all in one question. A step without
 * reads has no value. Undefined where nothing was scraped in the range.
 * @throws PrometheusError
 */
export async function latencyFrame(
  client: PrometheusClient,
  asked: TimeRange,
  finestMs: number,
): Promise<Frame<Percentile> | undefined> {
  const range = await recordedRange(client, atLeastStep(asked, finestMs), finestMs);
  if (!range) return undefined;
  const grid = prometheusGrid(client, range, finestMs);
  const builder = new FrameBuilder<Percentile>(grid.range, PERCENTILES);
  const [covered, series] = await Promise.all([
    grid.ask(scraped),
    grid.ask((windowMs) => operationQuantiles(QUANTILES, 'get', windowMs)),
  ]);
  for (const { points } of covered) for (const [at] of points) builder.cover(at);
  for (const { labels, points } of series) {
    const name = PERCENTILES.find((percentile) => percentile === labels.percentile);
    if (name) for (const [at, seconds] of points) builder.put(name, at, seconds * 1000);
  }
  return builder.build(grid.lastStepMs);
}
