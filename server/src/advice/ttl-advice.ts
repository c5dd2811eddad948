import type { Advice, Finding, SampledResource } from '../core/advice.js';
import { countText, percentText, timeText } from './figures-text.js';

const MIN_SAMPLED = 500;
const MIN_RELOADS = 100;
const WORTH_SAYING = 0.05;
/** The same after so many expiries: the value changes more slowly than it expires … */
const SLOW = 0.8;
/** … or so seldom: it changes faster. */
const FAST = 0.2;
/** A proposed time lets this share of the values change before it is over. */
const ACCEPTED_CHANGE = 0.2;
const MAX_FACTOR = 10;

/** Times to live against the changes that were seen: whether what is loaded after an expiry is what was there before. */
export function ttlFinding(
  causes: ReadonlyMap<string, SampledResource & { readonly sampled: number }>,
  span: { readonly fromMs: number; readonly toMs: number },
): Finding<never> {
  const enough = [...causes].filter(([, { sampled }]) => sampled >= MIN_SAMPLED);
  if (enough.length === 0) {
    const reason = `No resource has ${countText(MIN_SAMPLED)} requests in the sample; times to live of fewer are not judged.`;
    return { known: null, items: [], silences: [{ kind: 'ttl', reason }] };
  }
  const silences: { kind: 'ttl'; reason: string }[] = [];
  const items = enough.flatMap(([resource, cause]): Advice[] => {
    const expiredShare = cause.expired / cause.requests;
    if (expiredShare < WORTH_SAYING) return [];
    const reloads = cause.reloads * (cause.sampled / cause.requests);
    if (reloads < MIN_RELOADS) {
      const reason =
        `${percentText(expiredShare)} of requests for ${resource} came after an expiry, ` +
        `and ${countText(reloads)} reloads are too few to say how fast its values change.`;
      silences.push({ kind: 'ttl', reason });
      return [];
    }
    const unchanged = cause.unchanged / cause.reloads;
    const ttlMs = cause.stores === 0 ? 0 : cause.ttlMs / cause.stores;
    const basis = { ...span, samples: Math.round(reloads), of: 'sampled reloads' };
    const figures = { resource, expiredShare, unchangedShare: unchanged, ttlMs };
    const seen = `Expired entries are ${percentText(expiredShare)} of the requests for ${resource} (TTL ${timeText(ttlMs)} on average)`;
    if (unchanged >= SLOW) {
      const factor = longer(unchanged);
      const message =
        `${seen}, and ${percentText(unchanged)} of the values loaded then were as before. ` +
        `With ${timeText(ttlMs * factor)} at most ${percentText(ACCEPTED_CHANGE)} of the values would change before they expire.`;
      const saved = { proposedTtlMs: ttlMs * factor, callsSavedShare: expiredShare * (1 - 1 / factor) };
      return [{ kind: 'ttl', severity: 'notice', message, figures: { ...figures, ...saved }, basis }];
    }
    if (unchanged > FAST) return [];
    const message =
      `${seen}, and ${percentText(1 - unchanged)} of the values loaded then had changed: a longer TTL would serve old ` +
      'values. Where that matters already, invalidate when the source changes.';
    return [{ kind: 'ttl', severity: 'info', message, figures, basis }];
  });
  return { known: null, items, silences };
}

/**
 * With changes that come independently of each other, `unchanged` after one TTL is `unchanged ** n` after n. A reload
 * comes at the end of its TTL or later, so values live rather longer than this says.
 */
function longer(unchanged: number): number {
  if (unchanged >= 1) return MAX_FACTOR;
  return Math.min(MAX_FACTOR, Math.max(1, Math.log(1 - ACCEPTED_CHANGE) / Math.log(unchanged)));
}
