import { describe, expect, it } from '@jest/globals';
import { HitRatioCurve } from '../../../src/advice/hit-ratio-curve.js';
import { ShardsSampler } from '../../../src/advice/shards-sampler.js';
import { entryId } from '../../../src/core/resource.js';
import { storedMember, storedSizeBytes } from '../../../src/core/stored-size.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { loadTraces } from '../../fakes/traces.js';

const WITHIN_POINTS = 1;
const AGREES_WITHIN = 0.03;
const SEEDS = [1, 2, 3];
const SIZES = 14;
/** The last size is half of all bytes that a trace asks for; each is two thirds of the next. */
const STEP = 1.5;
const KIND = 'r';
const TENANT = tenantId('0123456789abcdef');
const PAYLOAD = Buffer.alloc(1);
const NOW_MS = Date.parse('2026-11-20T10:00:00Z');

interface Sized {
  readonly key: string;
  readonly sizeBytes: number;
}

const { recorded, traces } = loadTraces(Number.POSITIVE_INFINITY);

describe(`the curve of ${recorded ? 'the recorded traces' : 'Zipf keys: no recordings are there'}`, () => {
  it.each(traces)(
    '$name is within a point of exact LRU in bytes',
    ({ name, requests }) => {
      const sized = sizes(requests);
      const totalBytes = [...new Map(sized.map(({ key, sizeBytes }) => [key, sizeBytes])).values()].reduce(sum, 0);
      const grid = Array.from({ length: SIZES }, (_, at) => Math.round(totalBytes / 2 / STEP ** (SIZES - 1 - at)));
      const exact = grid.map((bytes) => replay(sized, bytes).hits / sized.length);
      const present = grid[SIZES - 5] as number;

      for (const seed of SEEDS) {
        const sampler = newSampler(seed);
        sampler.limitBytes = present;
        replay(sized, present, sampler);
        const curve = new HitRatioCurve([sampler.sample(NOW_MS)], NOW_MS, present);
        const errors = grid.map((bytes, at) => 100 * (curve.hitRate(bytes) - (exact[at] as number)));
        const mean = errors.map(Math.abs).reduce(sum, 0) / SIZES;
        console.info(
          `${name}, seed ${seed}: mean error ${mean.toFixed(2)} points, ${sampler.trackedKeys} keys tracked, ` +
            `rate ${sampler.rate.toFixed(3)}\n` +
            grid.map((bytes, at) => row(bytes, exact[at] as number, errors[at] as number)).join('\n'),
        );
        expect(sampler.trackedKeys).toBeLessThanOrEqual(8_000);
        expect(mean).toBeLessThanOrEqual(WITHIN_POINTS);
        expect(Math.abs(curve.hitRate(present) - curve.measuredHitRate)).toBeLessThanOrEqual(AGREES_WITHIN);
      }
    },
    300_000,
  );
});

function newSampler(seed: number): ShardsSampler {
  return new ShardsSampler({
    tenantId: TENANT,
    processEpoch: 'p',
    nowMs: NOW_MS,
    seed,
    mayGrow: () => true,
    now: () => NOW_MS,
  });
}

/** Sizes that the quota counts; of a key the first, so that LRU and its stack agree. */
function sizes(requests: readonly { key: string; bytes: number }[]): Sized[] {
  const known = new Map<string, Sized>();
  return requests.map(({ key, bytes }) => {
    let sized = known.get(key);
    if (sized === undefined) {
      const body = { payload: Buffer.alloc(bytes), graceMs: 0 };
      sized = { key, sizeBytes: storedSizeBytes(TENANT, storedMember(entryId(KIND, key)), body) };
      known.set(key, sized);
    }
    return sized;
  });
}

/** LRU in bytes; what is larger than all of it is not kept. The sampler is told as the cache tells it. */
function replay(requests: readonly Sized[], capacityBytes: number, sampler?: ShardsSampler): { hits: number } {
  const entries = new Map<string, Sized>();
  let usedBytes = 0;
  let hits = 0;
  for (const sized of requests) {
    const { key, sizeBytes } = sized;
    if (entries.delete(key)) {
      hits++;
      entries.set(key, sized);
      sampler?.hit(KIND, key, 0);
      continue;
    }
    sampler?.miss(KIND, key);
    // The store refuses what is too large; the curve is told its size all the same, for a larger quota would take it.
    sampler?.stored(KIND, key, { sizeBytes, ttlMs: 3_600_000, graceMs: 0, payload: PAYLOAD });
    if (sizeBytes > capacityBytes) continue;
    entries.set(key, sized);
    usedBytes += sizeBytes;
    for (const oldest of entries.values()) {
      if (usedBytes <= capacityBytes) break;
      entries.delete(oldest.key);
      usedBytes -= oldest.sizeBytes;
    }
  }
  return { hits };
}

function row(bytes: number, exact: number, error: number): string {
  const size = `${(bytes / 1_024).toFixed(0)} KiB`.padStart(12);
  return `${size}  exact ${(exact * 100).toFixed(2).padStart(6)} %  curve ${(exact * 100 + error).toFixed(2).padStart(6)} %`;
}

function sum(a: number, b: number): number {
  return a + b;
}
