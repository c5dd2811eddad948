import type { PrometheusClient } from '../prometheus-client';
import { increase, scraped } from '../promql';
import { atLeastStep, type TimeRange } from '../range';
import { type Frame, FrameBuilder } from './frame';
import { recordedRange } from './prometheus-frame';
import { prometheusGrid } from './prometheus-grid';

export const SHARED_COUNTERS = ['l1Hits', 'l2Hits', 'misses', 'calls', 'saved', 'stale', 'limited'] as const;
export type SharedCounter = (typeof SHARED_COUNTERS)[number];
export type SharedTotals = Readonly<Record<SharedCounter, number>>;

export interface SharedFrame {
  /** All datasets summed. */
  readonly frame: Frame<SharedCounter>;
  /** Over the range, by dataset. */
  readonly byDataset: Readonly<Record<string, SharedTotals>>;
}

const RESULTS: Readonly<Record<string, SharedCounter>> = { hit_l1: 'l1Hits', hit_l2: 'l2Hits', miss: 'misses' };
const FAMILIES: Readonly<Record<string, SharedCounter | undefined>> = {
  shared_requests_total: undefined,
  shared_origin_calls_total: 'calls',
  shared_origin_calls_saved_total: 'saved',
  shared_stale_served_total: 'stale',
  shared_limited_total: 'limited',
};

/**
 * Each family once for all datasets. Undefined where nothing was scraped in the range.
 * @throws PrometheusError
 */
export async function sharedFrame(
  client: PrometheusClient,
  asked: TimeRange,
  finestMs: number,
): Promise<SharedFrame | undefined> {
  const range = await recordedRange(client, atLeastStep(asked, finestMs), finestMs);
  if (!range) return undefined;
  const grid = prometheusGrid(client, range, finestMs);
  const builder = new FrameBuilder<SharedCounter>(grid.range, SHARED_COUNTERS);
  const sums = new Map<SharedCounter, Map<number, number>>(SHARED_COUNTERS.map((name) => [name, new Map()]));
  const byDataset: Record<string, Record<SharedCounter, number>> = {};
  const families = Object.entries(FAMILIES).map(async ([family, known]) => {
    const by = known === undefined ? ['dataset', 'result'] : ['dataset'];
    for (const { labels, points } of await grid.ask((windowMs) => increase(family, windowMs, { by }))) {
      const name = known ?? RESULTS[labels.result ?? ''];
      const dataset = labels.dataset ?? '';
      if (!name) continue;
      const totals = byDataset[dataset] ?? {
        l1Hits: 0,
        l2Hits: 0,
        misses: 0,
        calls: 0,
        saved: 0,
        stale: 0,
        limited: 0,
      };
      byDataset[dataset] = totals;
      for (const [at, value] of points) {
        sums.get(name)?.set(at, (sums.get(name)?.get(at) ?? 0) + value);
        totals[name] += value;
      }
    }
  });
  const [covered] = await Promise.all([grid.ask(scraped), ...families]);
  for (const { points } of covered) for (const [at] of points) builder.cover(at);
  for (const [name, points] of sums) for (const [at, value] of points) builder.put(name, at, value);
  builder.zero(SHARED_COUNTERS);
  return { frame: builder.build(grid.lastStepMs), byDataset };
}
