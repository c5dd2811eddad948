import { describe, expect, it } from '@jest/globals';
import { PAUSE_MINUTES, SignInAttempts, TRIES } from '@/data/sign-in-attempts';

const MINUTE_MS = 60_000;
const PAUSE_MS = PAUSE_MINUTES * MINUTE_MS;

function exhausted(key = 'ada@example.com\n10.0.0.1', nowMs = 0) {
  const attempts = new SignInAttempts();
  for (let tried = 0; tried < TRIES; tried += 1) attempts.begin(key, nowMs);
  return attempts;
}

describe('SignInAttempts', () => {
  it('counts down from five tries', () => {
    const attempts = new SignInAttempts();
    const left = Array.from({ length: TRIES }, () => attempts.begin('a', 0));
    expect(left.map((attempt) => attempt.allowed && attempt.triesLeft)).toEqual([4, 3, 2, 1, 0]);
    expect(attempts.begin('a', 0)).toEqual({ allowed: false, pausedUntilMs: PAUSE_MS });
  });

  it('pauses from the last try, and a try during the pause does not prolong it', () => {
    const attempts = exhausted('a', 5 * MINUTE_MS);
    const untilMs = 5 * MINUTE_MS + PAUSE_MS;
    expect(attempts.begin('a', untilMs - 1)).toEqual({ allowed: false, pausedUntilMs: untilMs });
    expect(attempts.begin('a', untilMs)).toEqual({ allowed: true, triesLeft: TRIES - 1 });
  });

  it('leaves another address of the same account free', () => {
    const attempts = exhausted('ada@example.com\n10.0.0.1');
    expect(attempts.begin('ada@example.com\n10.0.0.2', 0)).toEqual({ allowed: true, triesLeft: TRIES - 1 });
  });

  it('counts before the outcome is known, so that many at once get five tries together', () => {
    const attempts = new SignInAttempts();
    const allowed = Array.from({ length: 50 }, () => attempts.begin('a', 0)).filter((attempt) => attempt.allowed);
    expect(allowed).toHaveLength(TRIES);
  });

  it('forgets failures after a success', () => {
    const attempts = exhausted('a');
    attempts.succeeded('a');
    expect(attempts.begin('a', 0)).toEqual({ allowed: true, triesLeft: TRIES - 1 });
  });

  it('gives a count that others share back by one try, not cleared and never below none', () => {
    const attempts = exhausted('a');
    attempts.giveBack('a');
    expect(attempts.begin('a', 0)).toEqual({ allowed: true, triesLeft: 0 });
    for (let given = 0; given < 3 * TRIES; given += 1) attempts.giveBack('a');
    expect(attempts.begin('a', 0)).toEqual({ allowed: true, triesLeft: TRIES - 1 });
  });

  it('keeps a bounded number of keys, the most recent ones', () => {
    const attempts = new SignInAttempts(1, 3);
    for (const key of ['a', 'b', 'c', 'd']) attempts.begin(key, 0);
    expect(attempts.begin('d', 0).allowed).toBe(false);
    expect(attempts.begin('b', 0).allowed).toBe(false);
    expect(attempts.begin('a', 0).allowed).toBe(true);
  });
});
