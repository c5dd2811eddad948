import { hash } from 'node:crypto';
import type { EntryHistory, Verdict } from './ttl-history.js';
import { numbersOf, relativeChange } from './ttl-signal.js';
import { durationText, percentText } from './ttl-text.js';

/** Two stores within this time tell nothing about how fast a value moves. */
const MIN_ELAPSED_MS = 1_000;
/** Moves that must have been seen before a time may get longer than the rule's; shorter it gets at once. */
const MIN_OBSERVATIONS = 3;
/** Weight of the past in the moving variance (RiskMetrics, 1996, takes 0.94 for daily figures; loads are rarer). */
const DECAY = 0.7;
/** Fresh for this share of the time that a value has stood unchanged. */
const AGE_SHARE = 0.2;

/**
 * The time in which the numbers are expected to move by the rule's tolerance: for a random walk the variance grows with
 * time, so it is tolerance² / variance. Undefined where too little time has gone by to tell.
 */
export function dynamicTtl(history: EntryHistory, value: unknown, nowMs: number): Verdict | undefined {
  const { rule } = history;
  const numbers = numbersOf(value);
  const change = relativeChange(history.numbers, numbers);
  if (change === undefined) {
    history.numbers = numbers;
    const because = numbers.length === 0 ? 'the value holds no number to follow' : 'nothing to compare with yet';
    return { change: 0, ttlMs: rule.ttlMs, because };
  }
  const elapsedMs = nowMs - history.storedAtMs;
  // The numbers stay those it was judged by, so that a slow move in quick steps is not lost.
  if (elapsedMs < MIN_ELAPSED_MS) return undefined;
  const variance = (change * change) / elapsedMs;
  const past = history.observations === 0 ? variance : history.variancePerMs;
  history.variancePerMs = DECAY * past + (1 - DECAY) * variance;
  history.observations++;
  history.numbers = numbers;
  const longestMs = history.observations < MIN_OBSERVATIONS ? rule.ttlMs : rule.maxMs;
  const ttlMs = within(rule.minMs, rule.tolerance ** 2 / history.variancePerMs, longestMs);
  const bound = ttlMs === rule.minMs ? ' (the shortest allowed)' : ttlMs === longestMs ? ' (the longest allowed)' : '';
  const aMinute = percentText(Math.sqrt(history.variancePerMs * 60_000));
  return {
    change,
    ttlMs,
    because: `moves by ${aMinute} a minute, ${percentText(rule.tolerance)} is tolerated${bound}`,
  };
}

/**
 * Grows with the time that the value has stood unchanged and is halved by a change, after the Alex protocol (Cate 1992;
 * Gwertzman and Seltzer, "World Wide Web Cache Consistency", USENIX 1996). What nobody asked for does not grow.
 */
export function adaptiveTtl(history: EntryHistory, payload: Buffer, nowMs: number): Verdict {
  const { rule, ttlMs: currentMs } = history;
  const digest = hash('sha1', payload, 'base64');
  const first = history.digest === '';
  const changed = history.digest !== digest;
  history.digest = digest;
  if (first) return { change: 0, ttlMs: rule.ttlMs, because: 'seen for the first time' };
  if (changed) {
    history.changedAtMs = nowMs;
    const ttlMs = within(rule.minMs, currentMs / 2, rule.maxMs);
    return { change: 1, ttlMs, because: 'the value has changed since it was last stored' };
  }
  const ageMs = nowMs - history.changedAtMs;
  const unchanged = `unchanged for ${durationText(ageMs)}`;
  if (rarelyAsked(history, nowMs))
    return { change: 0, ttlMs: currentMs, because: `${unchanged}, but rarely asked for` };
  const ttlMs = within(rule.minMs, Math.max(currentMs, ageMs * AGE_SHARE), rule.maxMs);
  return { change: 0, ttlMs, because: ttlMs === rule.maxMs ? `${unchanged} (the longest allowed)` : unchanged };
}

/** A longer time would have saved no load: nobody asked, or only after the entry had been out for as long as it was in. */
function rarelyAsked({ asked, storedAtMs, ttlMs }: EntryHistory, nowMs: number): boolean {
  return asked === 0 || (asked === 1 && nowMs - storedAtMs > 2 * ttlMs);
}

function within(minMs: number, wishMs: number, maxMs: number): number {
  // Not a number only where the clock did something odd: then the cautious end.
  return Math.floor(Math.max(minMs, Math.min(Number.isNaN(wishMs) ? minMs : wishMs, maxMs)));
}
