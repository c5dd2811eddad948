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
const READS = Object.values(RESULTS);
const FAMILIES: Readonly<Record<string, SharedCounter | undefined>> = {
  shared_requests_total: undefined,
  shared_origin_calls_total: 'calls',
  shared_origin_calls_saved_total: 'saved',
  shared_stale_served_total: 'stale',
  shared_limited_total: 'limited',
};

/** Growth of each counter of a dataset, by the end of the step. */
type Growth = Map<SharedCounter, Map<number, number>>;

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
  const datasets = new Map<string, Growth>();
  const families = Object.entries(FAMILIES).map(async ([family, known]) => {
    const by = known === undefined ? ['dataset', 'result'] : ['dataset'];
    for (const { labels, points } of await grid.ask((windowMs) => increase(family, windowMs, { by }))) {
      const name = known ?? RESULTS[labels.result ?? ''];
      const dataset = labels.dataset ?? '';
      const growth: Growth = datasets.get(dataset) ?? new Map();
      datasets.set(dataset, growth);
      if (name) growth.set(name, new Map([...(growth.get(name) ?? []), ...points]));
    }
  });
  const [covered] = await Promise.all([grid.ask(scraped), ...families]);
  const builder = new FrameBuilder<SharedCounter>(grid.range, SHARED_COUNTERS);
  for (const { points } of covered) for (const [at] of points) builder.cover(at);
  for (const growth of datasets.values()) capSaved(growth);
  for (const name of SHARED_COUNTERS) {
    for (const [at, value] of summed([...datasets.values()].map((growth) => growth.get(name)))) {
      builder.put(name, at, value);
    }
  }
  builder.zero(SHARED_COUNTERS);
  const byDataset = Object.fromEntries([...datasets].map(([dataset, growth]) => [dataset, totalsOf(growth)]));
  return { frame: builder.build(grid.lastStepMs), byDataset };
}

/** Growth is an estimate for each series of its own, so that calls saved could come to more than the reads that saved them. */
function capSaved(growth: Growth): void {
  const reads = summed(READS.map((name) => growth.get(name)));
  growth.set(
    'saved',
    new Map([...(growth.get('saved') ?? [])].map(([at, saved]) => [at, Math.min(saved, reads.get(at) ?? 0)])),
  );
}

function summed(parts: readonly (ReadonlyMap<number, number> | undefined)[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const part of parts) for (const [at, value] of part ?? []) sums.set(at, (sums.get(at) ?? 0) + value);
  return sums;
}

function totalsOf(growth: Growth): SharedTotals {
  const total = (name: SharedCounter) => [...(growth.get(name)?.values() ?? [])].reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(SHARED_COUNTERS.map((name) => [name, total(name)])) as Record<SharedCounter, number>;
}
