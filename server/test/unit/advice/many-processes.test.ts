import { describe, expect, it } from '@jest/globals';
import { HitRatioCurve } from '../../../src/advice/hit-ratio-curve.js';
import { ShardsSampler } from '../../../src/advice/shards-sampler.js';
import { EVICT_DOWN_TO_RATIO } from '../../../src/core/quota.js';
import { tenantId } from '../../../src/core/tenant-id.js';

const REQUESTS = 200_000;
const KEYS = 20_000;
const REQUEST_MS = 10;
const TTL_MS = 300_000;
const SIZE_BYTES = 512;
const START_MS = Date.parse('2026-11-20T10:00:00Z');
/** At the present limit, where the curve is compared with what was measured; and at half and double of it. */
const WITHIN_AT_PRESENT = 0.03;
const WITHIN = 0.04;
const PAYLOAD = Buffer.alloc(1);

/** Seeded, uniform from 0 to 1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A store that processes share: LRU that evicts down to 90 %, with times to live and deleted entries. */
function simulate(limitBytes: number, processes: number): { hitRate: number; samplers: ShardsSampler[] } {
  const random = chance(7);
  let nowMs = START_MS;
  const samplers = Array.from({ length: processes }, (_, process) => {
    const options = { tenantId: tenantId('t'), processEpoch: `p${process}`, nowMs, seed: process };
    const sampler = new ShardsSampler({ ...options, mayGrow: () => true, now: () => nowMs });
    sampler.limitBytes = limitBytes;
    return sampler;
  });
  const entries = new Map<string, number>();
  let hits = 0;
  for (let at = 0; at < REQUESTS; at++) {
    nowMs += REQUEST_MS;
    const own = Math.floor(random() * processes);
    const sampler = samplers[own] as ShardsSampler;
    const key = `key-${Math.floor(KEYS * random() ** 3)}`;
    const deadlineMs = entries.get(key) ?? 0;
    if (random() < 0.02) {
      entries.delete(key);
      for (const each of samplers) {
        if (each === sampler) each.deleted('r', key);
        else each.changedElsewhere('r', key);
      }
    }
    entries.delete(key);
    if (deadlineMs > nowMs) {
      hits++;
      entries.set(key, deadlineMs);
      sampler.hit('r', key, 300);
      continue;
    }
    sampler.miss('r', key);
    sampler.stored('r', key, { sizeBytes: SIZE_BYTES, ttlMs: TTL_MS, graceMs: 0, payload: PAYLOAD });
    for (const each of samplers) if (each !== sampler) each.changedElsewhere('r', key);
    entries.set(key, nowMs + TTL_MS);
    if (entries.size * SIZE_BYTES > limitBytes) {
      for (const [oldest, endMs] of entries) if (endMs <= nowMs) entries.delete(oldest);
      for (const oldest of entries.keys()) {
        if (entries.size * SIZE_BYTES <= limitBytes * EVICT_DOWN_TO_RATIO) break;
        entries.delete(oldest);
      }
    }
  }
  return { hitRate: hits / REQUESTS, samplers };
}

describe('the curve of a cache with times to live and invalidations', () => {
  const limitBytes = 1_500_000;
  const half = simulate(limitBytes / 2, 1).hitRate;
  const double = simulate(limitBytes * 2, 1).hitRate;

  it.each([1, 4])(
    'is within 3 points of what happens, 4 at half and double the limit, requests spread over %d processes',
    (processes) => {
      const { hitRate, samplers } = simulate(limitBytes, processes);
      const nowMs = START_MS + REQUESTS * REQUEST_MS;
      const curve = new HitRatioCurve(
        samplers.map((sampler) => sampler.sample(nowMs)),
        nowMs,
        limitBytes,
      );
      const told = [limitBytes / 2, limitBytes, limitBytes * 2].map((bytes) => curve.hitRate(bytes));
      console.info(
        `${processes} processes: curve ${told.map((rate) => (rate * 100).toFixed(1)).join(', ')}; ` +
          `simulated ${[half, hitRate, double].map((rate) => (rate * 100).toFixed(1)).join(', ')}`,
        curve.neverHits,
      );
      expect(curve.measuredHitRate).toBeCloseTo(hitRate, 5);
      for (const [at, simulated] of [half, hitRate, double].entries()) {
        const within = at === 1 ? WITHIN_AT_PRESENT : WITHIN;
        expect(Math.abs((told[at] as number) - simulated)).toBeLessThanOrEqual(within);
      }
    },
  );
});
