import type { Advice, CurveSample, Finding, QuotaOutlook } from '../core/advice.js';
import type { Limits } from '../core/quota.js';
import { bytesText, countText, percentText } from './figures-text.js';
import { HitRatioCurve } from './hit-ratio-curve.js';

/** Fewer requests in the sample say too little: at 1,000 one standard error of a hit rate is up to 1.6 points. */
const MIN_SAMPLED = 1_000;
const MAX_DISAGREEMENT = 0.03;
/** A gain, or a loss, that is worth a change of the quota. */
const WORTH_MORE = 0.05;
const WORTH_LESS = 0.01;
export const DEFAULT_GOALS: readonly number[] = [0.9, 0.95];

/** What another quota would do, where the curve can be trusted: it has to explain what the present quota does. */
export function quotaFinding(
  samples: readonly CurveSample[],
  limits: Limits,
  nowMs: number,
  goals: readonly number[] = DEFAULT_GOALS,
): Finding<QuotaOutlook> {
  const enforced = limits.enforcement === 'hard' || limits.enforcement === 'soft';
  const presentBytes = enforced ? limits.hardLimitBytes : Number.POSITIVE_INFINITY;
  const curve = new HitRatioCurve(samples, nowMs, presentBytes);
  if (curve.sampled < MIN_SAMPLED) {
    return silent(
      `Requests in the sample: ${countText(curve.sampled)}; at least ${countText(MIN_SAMPLED)} are needed to say what another quota would do.`,
    );
  }
  const present = curve.hitRate(presentBytes);
  const measured = curve.measuredHitRate;
  if (Math.abs(present - measured) > MAX_DISAGREEMENT) {
    return silent(
      `By the curve ${percentText(present)} of requests would be hits at the present limit, and ${percentText(measured)} were. ` +
        `${explanation(limits, present > measured)} Other quotas are not judged until the two agree within 3 points.`,
    );
  }
  const outlook = outlookOf(curve, presentBytes, present, goals, nowMs);
  return { known: outlook, items: [advice(outlook, limits)], silences: [] };
}

function outlookOf(
  curve: HitRatioCurve,
  presentBytes: number,
  presentHitRate: number,
  goals: readonly number[],
  nowMs: number,
): QuotaOutlook {
  const limited = Number.isFinite(presentBytes);
  const { cold, expired, invalidated } = curve.neverHits;
  return {
    presentBytes: limited ? presentBytes : null,
    measuredHitRate: curve.measuredHitRate,
    presentHitRate,
    halfHitRate: limited ? curve.hitRate(presentBytes / 2) : null,
    doubleHitRate: limited ? curve.hitRate(presentBytes * 2) : null,
    bestHitRate: curve.bestHitRate,
    coldShare: cold,
    expiredShare: expired,
    invalidatedShare: invalidated,
    goals: goals.map((hitRate) => ({ hitRate, bytes: curve.bytesFor(hitRate) ?? null })),
    points: curve.points(),
    basis: { fromMs: curve.sinceMs, toMs: nowMs, samples: Math.round(curve.sampled), of: 'sampled requests' },
  };
}

function advice(outlook: QuotaOutlook, limits: Limits): Advice {
  const { presentBytes, presentHitRate, halfHitRate, doubleHitRate, basis } = outlook;
  const { coldShare, expiredShare, invalidatedShare, bestHitRate } = outlook;
  const figures: Record<string, number | string | null> = {
    ...{ presentBytes, presentHitRate, halfHitRate, doubleHitRate, bestHitRate },
    ...{ coldShare, expiredShare, invalidatedShare, policy: limits.policy },
  };
  const sentences: string[] = [];
  let worthIt = false;
  if (presentBytes !== null && halfHitRate !== null && doubleHitRate !== null) {
    const gain = doubleHitRate - presentHitRate;
    const loss = presentHitRate - halfHitRate;
    worthIt = gain >= WORTH_MORE || loss <= WORTH_LESS;
    sentences.push(
      `${percentText(presentHitRate)} of requests are hits with ${bytesText(presentBytes)}; ` +
        `with double that it would be ${percentText(doubleHitRate)}, with half ${percentText(halfHitRate)}.`,
    );
    if (gain >= WORTH_MORE) sentences.push('A larger quota is worth it.');
    else if (loss <= WORTH_LESS) sentences.push('Half the quota would do.');
  } else sentences.push(`${percentText(presentHitRate)} of requests are hits; no limit is enforced.`);
  for (const { hitRate, bytes } of outlook.goals) {
    figures[`bytesFor${Math.round(hitRate * 1_000) / 10}Percent`] = bytes;
    sentences.push(
      bytes === null ? unreachable(outlook, hitRate) : `${goalText(hitRate)} hits need ${bytesText(bytes)}.`,
    );
  }
  if (limits.policy !== 'lru') sentences.push(`The curve is that of LRU; the tenant's policy is ${limits.policy}.`);
  return { kind: 'quota', severity: worthIt ? 'notice' : 'info', message: sentences.join(' '), figures, basis };
}

function unreachable({ bestHitRate, coldShare, expiredShare, invalidatedShare }: QuotaOutlook, goal: number): string {
  return (
    `No quota reaches ${goalText(goal)}: ${percentText(bestHitRate)} is the most, for of all requests ` +
    `${percentText(coldShare)} are the first for their entry, ${percentText(expiredShare)} come after it expired ` +
    `and ${percentText(invalidatedShare)} after it was invalidated.`
  );
}

function goalText(ratio: number): string {
  return `${Math.round(ratio * 1_000) / 10} %`;
}

function explanation({ policy, enforcement }: Limits, curveIsAbove: boolean): string {
  if (enforcement !== 'hard' && enforcement !== 'soft') return 'Nothing is enforced, so entries are lost another way.';
  if (policy !== 'lru') return `The curve is that of LRU; the tenant's policy is ${policy}.`;
  return curveIsAbove
    ? 'Entries were lost another way (the store came back empty, its server evicted, another process invalidated).'
    : 'The requests of one process may not be like those of all.';
}

function silent(reason: string): Finding<QuotaOutlook> {
  return { known: null, items: [], silences: [{ kind: 'quota', reason }] };
}
