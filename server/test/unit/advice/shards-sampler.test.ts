import { describe, expect, it } from '@jest/globals';
import { HitRatioCurve } from '../../../src/advice/hit-ratio-curve.js';
import { MAX_TRACKED_KEYS } from '../../../src/advice/key-sample.js';
import { ShardsSampler } from '../../../src/advice/shards-sampler.js';
import { tenantId } from '../../../src/core/tenant-id.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-20T10:00:00Z');
const PAYLOAD: Uint8Array = Buffer.from('value');

function desk(options: { mayGrow?: () => boolean; seed?: number } = {}) {
  const clock = { nowMs: START_MS };
  const sampler = new ShardsSampler({
    tenantId: tenantId('t'),
    processEpoch: 'p.1',
    nowMs: clock.nowMs,
    seed: options.seed ?? 1,
    mayGrow: options.mayGrow ?? (() => true),
    now: () => clock.nowMs,
  });
  const store = (key: string, ttlMs = HOUR_MS, payload = PAYLOAD, resource = 'r') =>
    sampler.stored(resource, key, { sizeBytes: 1_024, ttlMs, graceMs: 0, payload });
  const load = (key: string, ttlMs?: number, payload?: Uint8Array) => {
    sampler.miss('r', key);
    store(key, ttlMs, payload);
  };
  const sample = () => sampler.sample(clock.nowMs);
  return { clock, sampler, store, load, sample };
}

describe('ShardsSampler', () => {
  it('tells cold, expired and invalidated misses from those that a larger quota would have spared', () => {
    const { sampler, clock, load, sample } = desk();
    for (const key of ['a', 'b', 'c', 'd', 'e']) load(key, key === 'b' ? 60_000 : 10 * HOUR_MS);
    clock.nowMs += 120_000;
    sampler.miss('r', 'b');
    sampler.deleted('r', 'c');
    sampler.miss('r', 'c');
    sampler.invalidated({ resource: 'r', prefix: '' });
    sampler.miss('r', 'd');
    load('a');
    load('e');
    sampler.miss('r', 'a');
    const { cold, expired, invalidated, distances, requests, hits } = sample();
    // `a` and `e` were invalidated with the resource; the last miss of `a` is the store's to explain.
    expect({ cold, expired, invalidated, requests, hits }).toEqual({
      ...{ cold: 5, expired: 1, invalidated: 4 },
      ...{ requests: 11, hits: 0 },
    });
    expect(distances.reduce((sum, [, weight]) => sum + weight, 0)).toBe(1);
  });

  it('knows no end of what is kept for a century', () => {
    const { sampler, load, sample } = desk();
    load('a', 100 * 365 * 24 * HOUR_MS);
    sampler.miss('r', 'a');
    expect(sample()).toMatchObject({ requests: 2, cold: 1, expired: 0 });
  });

  it('takes a hit for proof that nothing invalidated or expired the entry', () => {
    const { sampler, clock, load, sample } = desk();
    load('a', 1_000);
    sampler.deleted('r', 'a');
    sampler.cleared();
    clock.nowMs += 60_000;
    sampler.hit('r', 'a', 5);
    expect(sample()).toMatchObject({ requests: 2, hits: 1, cold: 1, expired: 0, invalidated: 0 });
    expect(sample().distances).toHaveLength(1);
  });

  it.each([
    ['a tag', (sampler: ShardsSampler) => sampler.invalidated({ tag: 'x' })],
    ['a prefix', (sampler: ShardsSampler) => sampler.invalidated({ resource: 'r', prefix: 'k' })],
    ['another process', (sampler: ShardsSampler) => sampler.changedElsewhere('r', 'k')],
  ])('suspects %s where the entry would still be there by its distance, and nobody where not', (_, invalidate) => {
    for (const [limitBytes, expected] of [
      [1_000_000, 1],
      [10_000, 0],
    ] as const) {
      const { sampler, load, sample } = desk();
      sampler.limitBytes = limitBytes;
      load('k');
      for (let other = 0; other < 20; other++) load(`other-${other}`);
      invalidate(sampler);
      sampler.miss('r', 'k');
      expect(sample().invalidated).toBe(expected);
    }
  });

  it('does not take for invalidated what was stored after the invalidation', () => {
    const { sampler, load, sample } = desk();
    sampler.invalidated({ tag: 'x' });
    sampler.cleared();
    load('k');
    sampler.miss('r', 'k');
    expect(sample()).toMatchObject({ cold: 1, invalidated: 0 });
  });

  it('counts what is gone from the store as no bytes between two uses', () => {
    const uses = (end: (d: ReturnType<typeof desk>) => void) => {
      const d = desk();
      d.load('first');
      for (let key = 0; key < 63; key++) d.load(`gone-${key}`, 60_000);
      end(d);
      // One more key makes the table grow, and later uses settle what is over.
      for (let use = 0; use < 400; use++) d.sampler.hit('r', 'second', 5);
      d.sampler.hit('r', 'first', 5);
      return d.sample().distances.at(-1)?.[0] ?? 0;
    };
    const kept = uses(() => {});
    expect(uses((d) => d.sampler.cleared())).toBeLessThan(kept);
    expect(uses((d) => (d.clock.nowMs += 120_000))).toBeLessThan(kept);
    expect(uses((d) => Array.from({ length: 63 }, (_, key) => d.sampler.deleted('r', `gone-${key}`)))).toBeLessThan(
      kept,
    );
  });

  it('keeps at most 8,000 keys, and each request counts for as many as it stands for', () => {
    const { sampler, sample } = desk();
    for (let key = 0; key < 100_000; key++) sampler.miss('r', `key-${key}`);
    expect(sampler.trackedKeys).toBe(MAX_TRACKED_KEYS);
    expect(sampler.rate).toBeLessThan(0.09);
    expect(Math.abs(sample().cold - 100_000)).toBeLessThan(3_000);
  });

  it('samples at a lower rate where it gets no memory', () => {
    const { sampler } = desk({ mayGrow: () => false });
    for (let key = 0; key < 10_000; key++) sampler.miss('r', `key-${key}`);
    expect([sampler.capacity, sampler.trackedKeys]).toEqual([64, 64]);
    expect(sampler.rate).toBeLessThan(0.02);
  });

  it('lets the past weigh 0.9 an hour, and sinks with requests that stop', () => {
    const { sampler, clock, load, sample } = desk();
    for (let key = 0; key < 100; key++) load(`key-${key}`);
    clock.nowMs += 10 * HOUR_MS + 5_000;
    const later = sample();
    expect(later.requests).toBeCloseTo(100 * 0.9 ** 10);
    expect(later.cold).toBeCloseTo(100 * 0.9 ** 10);
    expect(later.resources.r?.requests).toBeCloseTo(100 * 0.9 ** 10);
    expect(later.decayedAtMs).toBe(START_MS + 10 * HOUR_MS);
    expect(sampler.trackedKeys).toBe(100);
  });

  it('forgets keys that nobody asked for in a day, and samples more of the others', () => {
    const { sampler, clock } = desk();
    for (let key = 0; key < 50_000; key++) sampler.miss('r', `old-${key}`);
    const low = sampler.rate;
    clock.nowMs += 26 * HOUR_MS;
    sampler.age(clock.nowMs);
    for (let key = 0; key < 2_000; key++) sampler.miss('r', `new-${key}`);
    expect(sampler.rate).toBeGreaterThan(low * 2);
    expect(sampler.trackedKeys).toBeLessThan(3_000);
  });

  it('compares what is loaded after an expiry with what was there', () => {
    const { clock, load, sample } = desk();
    for (let round = 0; round < 5; round++) {
      load('same', 60_000, Buffer.from('one'));
      load('other', 60_000, Buffer.from(`${round}`));
      clock.nowMs += 61_000;
    }
    expect(sample().resources.r).toMatchObject({ expired: 8, reloads: 8, unchanged: 4, stores: 10, ttlMs: 600_000 });
  });

  it('tells 32 resources apart, and the others not', () => {
    const { sampler, sample } = desk();
    for (let name = 0; name < 100; name++) sampler.miss(`r${name}`, 'k');
    const { resources, cold } = sample();
    expect(Object.keys(resources)).toHaveLength(33);
    expect([resources.r0?.requests, resources['(other)']?.requests, cold]).toEqual([1, 68, 100]);
  });

  it('tells keys apart that differ in any place, by two processes in the same way or not', () => {
    const { sampler } = desk();
    const long = 'x'.repeat(300);
    for (let at = 0; at < 300; at++) sampler.miss('r', `${long.slice(0, at)}y${long.slice(at + 1)}`);
    expect(sampler.trackedKeys).toBe(300);
    const other = desk({ seed: 2 }).sampler;
    for (let key = 0; key < 40_000; key++) for (const each of [sampler, other]) each.miss('r', `key-${key}`);
    expect(sampler.rate).not.toBe(other.rate);
  });
});

describe('HitRatioCurve', () => {
  it('adds the samples of processes up, each decayed to the same moment', () => {
    const one = desk();
    const two = desk({ seed: 2 });
    for (const { load, sampler } of [one, two]) {
      load('a');
      for (let use = 0; use < 9; use++) sampler.hit('r', 'a', 5);
    }
    two.clock.nowMs += HOUR_MS;
    const nowMs = START_MS + HOUR_MS;
    const curve = new HitRatioCurve([one.sample(), two.sample()], nowMs, 1e6);
    expect(curve.requests).toBeCloseTo(20 * 0.9);
    expect(curve.measuredHitRate).toBeCloseTo(0.9);
    expect(curve.hitRate(1e6)).toBeCloseTo(0.9);
    expect(curve.neverHits.cold).toBeCloseTo(0.1);
    expect(curve.bytesFor(0.95)).toBeUndefined();
    expect(curve.bytesFor(0.5)).toBeLessThan(2_304);
  });

  it('puts hits of an unknown distance below the present limit', () => {
    const { sampler, sample } = desk();
    for (let key = 0; key < 50; key++) sampler.hit('r', `key-${key}`, 800);
    for (let key = 0; key < 50; key++) sampler.hit('r', `key-${key}`, 800);
    const curve = new HitRatioCurve([sample()], START_MS, 1e6);
    expect(curve.hitRate(1e6)).toBeCloseTo(1);
    expect(curve.hitRate(10_000)).toBeLessThan(0.1);
  });

  it('never falls with the size, and stays between 0 and 1', () => {
    const { sampler, sample } = desk();
    for (let use = 0; use < 30_000; use++) {
      const key = `key-${(use * 7_919) % 12_347}`;
      sampler.miss('r', key);
      sampler.stored('r', key, { sizeBytes: 208 + (use % 50) * 16, ttlMs: HOUR_MS, graceMs: 0, payload: PAYLOAD });
    }
    const points = new HitRatioCurve([sample()], START_MS, 1e6).points();
    expect(points.length).toBeGreaterThan(1);
    for (const [at, { hitRate }] of points.entries()) {
      expect(hitRate).toBeGreaterThanOrEqual(at === 0 ? 0 : (points[at - 1]?.hitRate as number));
      expect(hitRate).toBeLessThanOrEqual(1);
    }
  });
});
