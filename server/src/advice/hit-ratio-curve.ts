import type { CurveSample } from '../core/advice.js';
import { BUCKETS, lowerBytes, upperBytes } from './reuse-buckets.js';
import { DECAY_PER_HOUR } from './sampled-figures.js';

const HOUR_MS = 3_600_000;

/** Misses that no quota would have made hits, as shares of all requests. */
export interface MissShares {
  readonly cold: number;
  readonly expired: number;
  readonly invalidated: number;
}

/**
 * The share of requests that an LRU cache of so many bytes would answer: samples of all processes added up, each decayed
 * to the same moment. What the sample has too many or too few requests (a hot key is in it or not) is made up for in the
 * lowest bucket (SHARDS-adj, section 3.3 of the paper), for it is hot keys that make the difference.
 */
export class HitRatioCurve {
  readonly requests: number;
  readonly sampled: number;
  readonly measuredHitRate: number;
  readonly sinceMs: number;
  readonly #weights = new Float64Array(BUCKETS);
  readonly #never = { cold: 0, expired: 0, invalidated: 0 };

  /** @param presentBytes where the store evicts: hits of an unknown distance are among those below it */
  constructor(samples: readonly CurveSample[], nowMs: number, presentBytes: number) {
    let requests = 0;
    let hits = 0;
    let sampled = 0;
    let unplaced = 0;
    for (const sample of samples) {
      const factor = DECAY_PER_HOUR ** (Math.max(0, nowMs - sample.decayedAtMs) / HOUR_MS);
      requests += sample.requests * factor;
      hits += sample.hits * factor;
      sampled += sample.sampled * factor;
      unplaced += sample.unplaced * factor;
      this.#never.cold += sample.cold * factor;
      this.#never.expired += sample.expired * factor;
      this.#never.invalidated += sample.invalidated * factor;
      for (const [bucket, weight] of sample.distances) {
        if (bucket < BUCKETS) this.#weights[bucket] = (this.#weights[bucket] as number) + weight * factor;
      }
    }
    this.requests = requests;
    this.sampled = sampled;
    this.measuredHitRate = requests === 0 ? 0 : hits / requests;
    this.sinceMs = Math.min(...samples.map(({ sinceMs }) => sinceMs));
    this.#spread(unplaced, presentBytes);
    const { cold, expired, invalidated } = this.#never;
    const seen = this.#weights.reduce((sum, weight) => sum + weight, cold + expired + invalidated);
    this.#weights[0] = (this.#weights[0] as number) + requests - seen;
  }

  hitRate(bytes: number): number {
    if (this.requests === 0) return 0;
    let hits = 0;
    for (let bucket = 0; bucket < BUCKETS - 1; bucket++) {
      const lower = lowerBytes(bucket);
      if (lower >= bytes && bucket > 0) break;
      const share = Math.min(1, (bytes - lower) / (upperBytes(bucket) - lower));
      hits += (this.#weights[bucket] as number) * (bucket === 0 ? 1 : share);
    }
    if (bytes === Number.POSITIVE_INFINITY) hits += this.#weights[BUCKETS - 1] as number;
    return Math.min(1, Math.max(0, hits / this.requests));
  }

  /** The least quota with this hit rate; undefined where none reaches it. */
  bytesFor(hitRate: number): number | undefined {
    const goal = hitRate * this.requests;
    let hits = 0;
    for (let bucket = 0; bucket < BUCKETS - 1; bucket++) {
      const weight = this.#weights[bucket] as number;
      if (hits + weight >= goal && weight > 0) {
        const lower = lowerBytes(bucket);
        return Math.ceil(lower + Math.max(0, (goal - hits) / weight) * (upperBytes(bucket) - lower));
      }
      hits += weight;
    }
    return undefined;
  }

  /** What a cache without a limit would have. */
  get bestHitRate(): number {
    return this.hitRate(Number.POSITIVE_INFINITY);
  }

  get neverHits(): MissShares {
    const { cold, expired, invalidated } = this.#never;
    const share = (weight: number) => (this.requests === 0 ? 0 : Math.min(1, weight / this.requests));
    return { cold: share(cold), expired: share(expired), invalidated: share(invalidated) };
  }

  /** One point for each bucket in which something changes, from the smallest that does on. */
  points(): readonly { readonly bytes: number; readonly hitRate: number }[] {
    const points: { bytes: number; hitRate: number }[] = [];
    for (let bucket = 0; bucket < BUCKETS - 1; bucket++) {
      if ((this.#weights[bucket] as number) === 0) continue;
      const bytes = upperBytes(bucket);
      points.push({ bytes, hitRate: this.hitRate(bytes) });
    }
    return points;
  }

  #spread(unplaced: number, presentBytes: number): void {
    if (unplaced === 0) return;
    let below = 0;
    let end = 0;
    for (; end < BUCKETS && lowerBytes(end) < presentBytes; end++) below += this.#weights[end] as number;
    if (below === 0) {
      this.#weights[0] = (this.#weights[0] as number) + unplaced;
      return;
    }
    for (let bucket = 0; bucket < end; bucket++) {
      this.#weights[bucket] = (this.#weights[bucket] as number) * (1 + unplaced / below);
    }
  }
}
