import type { CurveSample } from '../core/advice.js';
import { BUCKETS, bucketOf } from './reuse-buckets.js';

const HOUR_MS = 3_600_000;
/** What an hour-old request weighs; half of it after 6.6 hours, 8 % after a day. */
export const DECAY_PER_HOUR = 0.9;

type Values = Omit<CurveSample, 'tenantId' | 'processEpoch' | 'savedAtMs' | 'rate' | 'resources'>;

/** A sampler's sums. */
export class SampledFigures {
  requests = 0;
  hits = 0;
  sampled = 0;
  cold = 0;
  expired = 0;
  invalidated = 0;
  unplaced = 0;
  /** Of the last decay, since 1970. */
  hour: number;
  readonly #distances = new Float64Array(BUCKETS);
  readonly #sinceMs: number;
  #decayedAtMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#decayedAtMs = nowMs;
    this.hour = Math.floor(nowMs / HOUR_MS);
  }

  place(distanceBytes: number, weight: number): void {
    const bucket = bucketOf(distanceBytes);
    this.#distances[bucket] = (this.#distances[bucket] as number) + weight;
  }

  /** The factor by which the past was let weigh less: 1 within the hour. */
  age(nowMs: number): number {
    const hours = Math.floor((nowMs - this.#decayedAtMs) / HOUR_MS);
    if (hours <= 0) return 1;
    const factor = DECAY_PER_HOUR ** hours;
    this.#decayedAtMs += hours * HOUR_MS;
    this.hour = Math.floor(this.#decayedAtMs / HOUR_MS);
    this.requests *= factor;
    this.hits *= factor;
    this.sampled *= factor;
    this.cold *= factor;
    this.expired *= factor;
    this.invalidated *= factor;
    this.unplaced *= factor;
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      this.#distances[bucket] = (this.#distances[bucket] as number) * factor;
    return factor;
  }

  values(): Values {
    const { requests, hits, sampled, cold, expired, invalidated, unplaced } = this;
    const distances = [...this.#distances.entries()].filter(([, weight]) => weight > 0);
    return {
      sinceMs: this.#sinceMs,
      decayedAtMs: this.#decayedAtMs,
      ...{ requests, hits, sampled, cold, expired, invalidated, unplaced },
      distances,
    };
  }
}
