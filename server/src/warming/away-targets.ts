import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../core/errors.js';
import type { WarmTarget } from '../core/warming.js';
import { type TargetPoolOptions, warmAll } from './target-pool.js';

const LOOK_EVERY_MS = 1_000;
const GIVE_UP_AFTER_MS = 30_000;

/** For tests. */
export interface AwayTimes {
  readonly lookEveryMs?: number;
  readonly giveUpAfterMs?: number;
}

interface AwayTarget {
  readonly target: WarmTarget;
  readonly error: unknown;
}

/**
 * Warms targets, and at the end those once more that found the shared store away, if it is back within half a minute: the
 * first of them looks, once a second. Each is told of once, by what came of it last.
 */
export async function warmWithSecondTry(
  targets: readonly WarmTarget[],
  options: TargetPoolOptions,
  { lookEveryMs = LOOK_EVERY_MS, giveUpAfterMs = GIVE_UP_AFTER_MS }: AwayTimes = {},
): Promise<void> {
  const away = await warmWhereThere(targets, options);
  const [first, ...others] = away;
  if (first === undefined) return;
  const giveUpAtMs = performance.now() + giveUpAfterMs;
  while ((await warmWhereThere([first.target], options)).length > 0) {
    if (performance.now() >= giveUpAtMs) {
      for (const { error, target } of away) options.onFailure(error, target);
      return;
    }
    await delay(lookEveryMs, undefined, { ref: false, signal: options.signal });
  }
  await warmAll(
    others.map(({ target }) => target),
    options,
  );
}

/** Those that found the store away, of which nothing is told. */
async function warmWhereThere(targets: readonly WarmTarget[], options: TargetPoolOptions): Promise<AwayTarget[]> {
  const away: AwayTarget[] = [];
  const onFailure = (error: unknown, target: WarmTarget) => {
    if (codeOf(error) === 'STORE_UNAVAILABLE') away.push({ target, error });
    else options.onFailure(error, target);
  };
  await warmAll(targets, { ...options, onFailure });
  return away;
}
