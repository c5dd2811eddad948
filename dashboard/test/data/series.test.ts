import { describe, expect, it } from '@jest/globals';
import { PrometheusClient, type RangeSeries } from '@/data/prometheus-client';
import { resolveRange, type TimeRange } from '@/data/range';
import { FrameBuilder } from '@/data/series/frame';
import type { SeriesName } from '@/data/series/names';
import { type History, readSeries } from '@/data/series/read';

const nowMs = Date.parse('2026-11-20T14:32:10Z');
const hour = resolveRange({ range: '1h', from: null, to: null }, nowMs);

/** Answers as a Prometheus that scraped from `firstMs` on and holds these series. */
class ScriptedPrometheus extends PrometheusClient {
  readonly queries: string[] = [];

  constructor(
    readonly firstMs: number,
    readonly series: Record<string, (at: number) => number | undefined>,
  ) {
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
    const points = (value: (at: number) => number | undefined) => {
      const found: [number, number][] = [];
      for (let at = startMs; at <= endMs; at += stepMs) {
        const figure = value(at);
        if (figure !== undefined) found.push([at, figure]);
      }
      return found;
    };
    if (query.includes('tenantcache_info')) {
      const covered = points((at) => (at - this.firstMs >= 10_000 ? 2 : undefined));
      return covered.length > 0 ? [{ labels: {}, points: covered }] : [];
    }
    return Object.entries(this.series)
      .filter(([key]) => query.includes(`tenantcache_${key.split(' ')[0]}`))
      .map(([key, value]) => ({ labels: { tier: key.split(' ')[1] ?? '' }, points: points(value) }))
      .filter(({ points: found }) => found.length > 0);
  }
}

const noHistory: History = { frame: async () => undefined, firstMs: async () => undefined };
const historyFrom = (firstMs: number, value: number, lastMs = nowMs): History => ({
  firstMs: async () => firstMs,
  frame: async (_scope, names, range: TimeRange) => {
    const builder = new FrameBuilder(range, names);
    for (const at of builder.times.filter((time) => time > firstMs && time <= lastMs)) {
      builder.cover(at);
      for (const name of names) builder.put(name, at, value);
    }
    return builder.build();
  },
});
const read = <Name extends SeriesName>(prometheus: PrometheusClient, history: History, names: readonly Name[]) =>
  readSeries({ prometheus, history, scrapeIntervalMs: 5000, now: () => nowMs }, { tenantId: 'org_1' }, names, hour);

describe('reading series', () => {
  it('asks Prometheus once per family, with the tenant in each matcher', async () => {
    const prometheus = new ScriptedPrometheus(0, { 'hits_total l1': () => 3, 'hits_total l2': () => 1 });
    const { source, frame } = await read(prometheus, noHistory, ['l1Hits', 'l2Hits']);
    expect(source).toEqual({ kind: 'prometheus' });
    expect(frame.values.l1Hits.every((value) => value === 3)).toBe(true);
    expect(frame.values.l2Hits.every((value) => value === 1)).toBe(true);
    const families = prometheus.queries.filter((query) => !query.includes('tenantcache_info'));
    expect(families).toHaveLength(1);
    expect(families[0]).toContain('{tenant="org_1"}');
  });

  /** A request a second since some time: what a window holds of them. */
  const steady = (startedMs: number) => {
    class Steady extends PrometheusClient {
      readonly #inWindow = (query: string, at: number) => {
        const windowMs = Number(/\[(\d+)s\]/.exec(query)?.[1]) * 1000;
        const requests = Math.max(0, at - Math.max(startedMs, at - windowMs)) / 1000;
        return query.includes('tenantcache_info') ? requests / 5 : requests;
      };
      override async queryRange(query: string, startMs: number, endMs: number, stepMs: number): Promise<RangeSeries[]> {
        const points: [number, number][] = [];
        for (let at = startMs; at <= endMs; at += stepMs) points.push([at, this.#inWindow(query, at)]);
        return [{ labels: {}, points: points.filter(([, value]) => value > 1) }];
      }
      override async query(query: string, atMs: number): Promise<RangeSeries[]> {
        return [{ labels: {}, points: [[atMs, this.#inWindow(query, atMs)]] }];
      }
    }
    return { prometheus: new Steady({ url: 'http://steady' }), history: noHistory, scrapeIntervalMs: 5000 };
  };
  const sum = (values: readonly (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);

  it('counts the step under way as far as it has come, so that a longer range never holds less of the present', async () => {
    const sources = steady(nowMs - 20 * 60_000);
    for (const range of ['1h', '6h', '24h', '7d', '30d'] as const) {
      const asked = { ...resolveRange({ range, from: null, to: null }, nowMs), whole: true };
      const { frame } = await readSeries({ ...sources, now: () => nowMs }, {}, ['requests'], asked);
      expect([range, sum(frame.values.requests)]).toEqual([range, 1200]);
      expect(frame.lastStepMs).toBe(nowMs % frame.stepMs);
      // It is not over: what is shown of it is of now.
      expect([frame.times.at(-1), frame.toMs]).toEqual([nowMs, nowMs]);
    }
  });

  it('holds no more than was asked for, and less by a part of a step', async () => {
    for (const range of ['1h', '6h', '24h', '7d', '30d'] as const) {
      const asked = { ...resolveRange({ range, from: null, to: null }, nowMs), whole: true };
      const { frame } = await readSeries({ ...steady(0), now: () => nowMs }, {}, ['requests'], asked);
      const missedMs = asked.toMs - asked.fromMs - 1000 * sum(frame.values.requests);
      expect(missedMs).toBeGreaterThanOrEqual(0);
      expect(missedMs).toBeLessThan(frame.stepMs);
    }
  });

  it('ends where the range was asked to end, in the past as well', async () => {
    const asked = resolveRange({ range: '1h', from: nowMs - 30 * 86_400_000, to: nowMs - 3_700_000 }, nowMs);
    const { frame } = await readSeries({ ...steady(0), now: () => nowMs }, {}, ['requests'], { ...asked, whole: true });
    expect([frame.times.at(-1), frame.toMs]).toEqual([asked.toMs, asked.toMs]);
  });

  it('waits for two scrapes before it shows a step, and ends on the step before until then', async () => {
    const prometheus = new ScriptedPrometheus(0, { requests_total: () => 3 });
    const justBegun = resolveRange({ range: '1h', from: null, to: null }, Date.parse('2026-11-20T14:32:04Z'));
    const sources = { prometheus, history: noHistory, scrapeIntervalMs: 5000, now: () => justBegun.toMs };
    const { frame } = await readSeries(sources, {}, ['requests'], justBegun);
    expect(frame.times.at(-1)).toBe(Date.parse('2026-11-20T14:32:00Z'));
    expect(frame.lastStepMs).toBeUndefined();
  });

  it('a minute-old installation gets a narrow range, fine steps and no zero before its first scrapes', async () => {
    const firstMs = nowMs - 60_000;
    const prometheus = new ScriptedPrometheus(firstMs, {
      requests_total: (at) => (at >= firstMs + 10_000 ? 7 : undefined),
    });
    const { frame } = await read(prometheus, noHistory, ['requests']);
    expect(frame.toMs - frame.fromMs).toBeLessThanOrEqual(11 * 60_000);
    expect(frame.stepMs).toBe(10_000);
    const known = frame.values.requests.filter((value) => value !== null);
    expect(known.length).toBeGreaterThanOrEqual(4);
    expect(known.every((value) => value === 7)).toBe(true);
  });

  it('scraped without growth is zero, not scraped is nothing', async () => {
    const prometheus = new ScriptedPrometheus(nowMs - 40 * 60_000, {
      requests_total: (at) => (at > nowMs - 20 * 60_000 ? 5 : undefined),
    });
    const { frame } = await read(prometheus, noHistory, ['requests']);
    frame.times.forEach((at, index) => {
      const value = frame.values.requests[index];
      if (at < nowMs - 41 * 60_000) expect(value).toBeNull();
      else if (at > nowMs - 38 * 60_000) expect(value).toBe(at > nowMs - 20 * 60_000 ? 5 : 0);
    });
  });

  it('falls back to Postgres, saying why, when Prometheus is away', async () => {
    const away = new PrometheusClient({ url: 'http://127.0.0.1:1' });
    const { source, frame } = await read(away, historyFrom(nowMs - 3_500_000, 4), ['requests']);
    expect(source).toEqual({ kind: 'postgres', reason: 'unreachable' });
    expect(frame.values.requests.at(-1)).toBe(4);
  });

  it('prefers Postgres where it reaches clearly further back', async () => {
    const young = new ScriptedPrometheus(nowMs - 5 * 60_000, { requests_total: () => 1 });
    const { source } = await read(young, historyFrom(nowMs - 3_500_000, 4), ['requests']);
    expect(source).toEqual({ kind: 'postgres', reason: 'too-old' });
  });

  it('does not hide what happens now behind a history that ended long ago', async () => {
    const young = new ScriptedPrometheus(nowMs - 5 * 60_000, { requests_total: () => 1 });
    const { source } = await read(young, historyFrom(nowMs - 3_500_000, 4, nowMs - 30 * 60_000), ['requests']);
    expect(source).toEqual({ kind: 'prometheus' });
  });

  it('looks in Postgres for a tenant that has no label, and else believes that it was quiet', async () => {
    const unlabelled = () => new ScriptedPrometheus(0, {});
    const { source } = await read(unlabelled(), historyFrom(nowMs - 3_500_000, 4), ['requests']);
    expect(source).toEqual({ kind: 'postgres', reason: 'no-series' });
    const quiet = await read(unlabelled(), noHistory, ['requests']);
    expect(quiet.source).toEqual({ kind: 'prometheus' });
    expect(quiet.frame.values.requests.every((value) => value === 0)).toBe(true);
  });

  it('never rejects: without either source it says so and holds nothing', async () => {
    const broken: History = {
      frame: () => Promise.reject(new Error('down')),
      firstMs: () => Promise.reject(new Error('down')),
    };
    const { source, frame } = await read(new PrometheusClient({ url: undefined }), broken, ['requests', 'usedBytes']);
    expect(source).toEqual({ kind: 'none', reason: 'not-configured' });
    expect(
      Object.values(frame.values)
        .flat()
        .every((value) => value === null),
    ).toBe(true);
  });
});
