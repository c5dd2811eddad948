import type { CurveSample, SampledResource } from '../core/advice.js';
import { DECAY_PER_HOUR } from './sampled-figures.js';

const HOUR_MS = 3_600_000;

/** What all processes sampled of each resource, decayed to the same moment; `sampled` is how many requests that rests on. */
export function sampledCauses(
  samples: readonly CurveSample[],
  nowMs: number,
): ReadonlyMap<string, SampledResource & { readonly sampled: number }> {
  const sums = new Map<string, Record<keyof SampledResource | 'sampled', number>>();
  for (const { resources, decayedAtMs, rate } of samples) {
    const factor = DECAY_PER_HOUR ** (Math.max(0, nowMs - decayedAtMs) / HOUR_MS);
    for (const [name, own] of Object.entries(resources)) {
      const sum = sums.get(name) ?? { ...NOTHING };
      for (const column of COLUMNS) sum[column] += own[column] * factor;
      // The rate has only fallen, so this is a lower bound of what was looked at.
      sum.sampled += own.requests * rate * factor;
      sums.set(name, sum);
    }
  }
  return sums;
}

const NOTHING = {
  ...{ requests: 0, cold: 0, expired: 0, invalidated: 0, reloads: 0, unchanged: 0, ttlMs: 0, stores: 0 },
  sampled: 0,
};
const COLUMNS = ['requests', 'cold', 'expired', 'invalidated', 'reloads', 'unchanged', 'ttlMs', 'stores'] as const;
