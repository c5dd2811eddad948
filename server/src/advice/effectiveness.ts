import type { Effectiveness, Finding } from '../core/advice.js';
import type { ResourceUsage, UsageSample } from '../core/usage-reader.js';
import { countText, percentText, timeText } from './figures-text.js';

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;
const MIN_REQUESTS = 1_000;
const MIN_LOADS = 10;
/** Where a MiB kept for an hour saves this much origin time, the score is half of the share of time saved. */
export const BREAK_EVEN_MS = 1_000;
const POOR_SCORE = 20;

/**
 * score = 100 x S x V / (V + 1 s): S is the share of origin time saved, V the origin time saved per MiB and hour kept.
 * @param samples what was used from the start of each on, until the next one or the end of the span
 */
export function effectivenessFinding(
  resources: readonly ResourceUsage[],
  samples: readonly Pick<UsageSample, 'startMs' | 'usedBytes'>[],
  span: { readonly fromMs: number; readonly toMs: number },
): Finding<Effectiveness> {
  const sum = (of: (usage: ResourceUsage) => number) => resources.reduce((total, usage) => total + of(usage), 0);
  const requests = sum((usage) => usage.requests);
  const loads = sum((usage) => usage.loads);
  if (requests < MIN_REQUESTS || loads < MIN_LOADS) {
    const reason =
      `Requests: ${countText(requests)}, loads: ${countText(loads)}; at least ${countText(MIN_REQUESTS)} and ` +
      `${MIN_LOADS} are needed to weigh what the cache saves.`;
    return { known: null, items: [], silences: [{ kind: 'effectiveness', reason }] };
  }
  const meanLoadMs = sum((usage) => usage.loadTimeMs) / loads;
  const loadMsOf = (usage: ResourceUsage) => (usage.loads < MIN_LOADS ? meanLoadMs : usage.loadTimeMs / usage.loads);
  const originTimeSavedMs = sum((usage) => (usage.l1Hits + usage.l2Hits) * loadMsOf(usage));
  const withoutCacheMs = sum((usage) => usage.requests * loadMsOf(usage));
  const savedShare = withoutCacheMs === 0 ? 0 : Math.min(1, originTimeSavedMs / withoutCacheMs);
  const mibHours = byteMsOf(samples, span.toMs) / MIB / HOUR_MS;
  // What takes no room costs nothing, whatever it saves.
  const valueMs = mibHours === 0 ? Number.POSITIVE_INFINITY : originTimeSavedMs / mibHours;
  const score = 100 * savedShare * (mibHours === 0 ? 1 : valueMs / (valueMs + BREAK_EVEN_MS));
  const basis = { ...span, samples: requests, of: 'requests' };
  const originCallsSaved = sum((usage) => usage.l1Hits + usage.l2Hits);
  const known = { score, originCallsSaved, originTimeSavedMs, savedShare, mibHours, basis };
  const message =
    `The cache saved ${countText(originCallsSaved)} origin calls and ${timeText(originTimeSavedMs)} of origin time ` +
    `(${percentText(savedShare)} of it) for ${countText(mibHours)} MiB-hours: score ${score.toFixed(0)} of 100.`;
  const { basis: _, ...figures } = known;
  const severity = score < POOR_SCORE ? 'notice' : 'info';
  return { known, items: [{ kind: 'effectiveness', severity, message, figures, basis }], silences: [] };
}

/** Between two samples the first one's use stands: who is not asked for anything is sampled no more, and keeps what it has. */
function byteMsOf(samples: readonly Pick<UsageSample, 'startMs' | 'usedBytes'>[], toMs: number): number {
  return samples.reduce((sum, { startMs, usedBytes }, at) => {
    const endMs = Math.min(toMs, samples[at + 1]?.startMs ?? toMs);
    return sum + usedBytes * Math.max(0, endMs - startMs);
  }, 0);
}
