import { describe, expect, it } from '@jest/globals';
import { PrometheusClient, type RangeSeries } from '@/data/prometheus-client';
import { resolveRange } from '@/data/range';
import { sharedFrame } from '@/data/series/shared-frame';

const nowMs = Date.parse('2026-11-20T14:32:10Z');
const hour = resolveRange({ range: '1h', from: null, to: null }, nowMs);
const GAP_MS = nowMs - 600_000;

/** Scraped all the time but in the minute before `GAP_MS`; each family grows by the same in each step. */
class ScriptedPrometheus extends PrometheusClient {
  readonly queries: string[] = [];

  constructor(readonly series: Record<string, Record<string, number>>) {
    super({ url: 'http://scripted' });
  }

  override query(query: string, atMs: number): Promise<RangeSeries[]> {
    return this.#answer(query, atMs, atMs, 1);
  }

  override queryRange(query: string, startMs: number, endMs: number, stepMs: number): Promise<RangeSeries[]> {
    this.queries.push(query);
    return this.#answer(query, startMs, endMs, stepMs);
  }

  async #answer(query: string, startMs: number, endMs: number, stepMs: number): Promise<RangeSeries[]> {
    const points = (value: number) => {
      const found: [number, number][] = [];
      for (let at = startMs; at <= endMs; at += stepMs)
        if (at <= GAP_MS - 60_000 || at > GAP_MS) found.push([at, value]);
      return found;
    };
    if (query.includes('tenantcache_info')) return [{ labels: {}, points: points(2) }];
    const [, family = ''] = /tenantcache_(\w+)\[/.exec(query) ?? [];
    return Object.entries(this.series[family] ?? {}).map(([key, value]) => {
      const [dataset = '', result = ''] = key.split(' ');
      return { labels: { dataset, ...(result && { result }) }, points: points(value) };
    });
  }
}

const scripted = () =>
  new ScriptedPrometheus({
    shared_requests_total: { 'market hit_l1': 8, 'market miss': 2, 'news hit_l2': 1 },
    shared_origin_calls_total: { market: 2 },
    shared_origin_calls_saved_total: { market: 8, news: 1 },
  });

describe('the frame of shared data', () => {
  it('sums datasets at each moment, and each dataset over the range', async () => {
    const found = await sharedFrame(scripted(), hour, 10_000);
    const covered = found?.frame.covered.filter(Boolean).length ?? 0;
    expect(covered).toBeGreaterThan(100);
    expect(found?.frame.values.saved.filter((value) => value === 9)).toHaveLength(covered);
    expect(found?.frame.values).toMatchObject({
      l1Hits: expect.arrayContaining([8]),
      misses: expect.arrayContaining([2]),
    });
    expect(found?.byDataset.market).toMatchObject({ l1Hits: 8 * covered, misses: 2 * covered, calls: 2 * covered });
    expect(found?.byDataset.news).toMatchObject({ l1Hits: 0, l2Hits: covered, saved: covered, limited: 0 });
  });

  it('saves no more calls than there were reads, in no step and of no dataset', async () => {
    const prometheus = new ScriptedPrometheus({
      shared_requests_total: { 'market hit_l1': 8, 'market miss': 2, 'news hit_l1': 100 },
      shared_origin_calls_saved_total: { market: 10.4, news: 90 },
    });
    const found = await sharedFrame(prometheus, hour, 10_000);
    const covered = found?.frame.covered.filter(Boolean).length ?? 0;
    expect(found?.byDataset.market?.saved).toBe(10 * covered);
    expect(found?.frame.values.saved.filter((value) => value !== null && value !== 100)).toEqual([]);
  });

  it('counts the step under way as far as it has come', async () => {
    const frame = (await sharedFrame(scripted(), hour, 10_000))?.frame;
    expect(frame?.times.at(-1)).toBe(Date.parse('2026-11-20T14:32:10Z'));
    expect(frame?.values.saved.at(-1)).toBe(9);
    expect(frame?.lastStepMs).toBe(10_000);
  });

  it('has no value where nothing was scraped, and zero where nothing was counted', async () => {
    const { covered = [], values } = (await sharedFrame(scripted(), hour, 10_000))?.frame ?? {};
    const gap = covered.indexOf(false);
    expect(gap).toBeGreaterThan(0);
    expect([values?.saved[gap], values?.limited[gap]]).toEqual([null, null]);
    expect(values?.limited[gap - 1]).toBe(0);
  });

  it('asks once per family, however many datasets there are', async () => {
    const prometheus = scripted();
    await sharedFrame(prometheus, hour, 10_000);
    expect(prometheus.queries.filter((query) => query.includes('shared_'))).toHaveLength(5);
  });
});
