import { setImmediate } from 'node:timers/promises';
import type { WarmOutcome, WarmTarget } from '../core/warming.js';
import { unlessAborted, withinTime } from './time-limit.js';
import type { TokenBucket } from './token-bucket.js';

/** One that takes longer is given up: a target that never ends must not hold its place for ever. */
const TARGET_TIMEOUT_MS = 60_000;
const TARGETS_PER_TURN = 500;

export interface TargetPoolOptions {
  readonly concurrency: number;
  readonly bucket: TokenBucket;
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: WarmOutcome) => void;
  readonly onFailure: (error: unknown, target: WarmTarget) => void;
  readonly timeoutMs?: number;
}

/**
 * Warms targets in their order, so many side by side and so many a second: one that is found fresh cost its source nothing,
 * and the next has its token at once. Rejects with the signal's reason on abort.
 */
export async function warmAll(targets: readonly WarmTarget[], options: TargetPoolOptions): Promise<void> {
  const { concurrency, bucket, signal } = options;
  const left = targets.entries();
  const lane = async () => {
    for (const [index, target] of left) {
      await unlessAborted(signal, bucket.turn());
      await warmOne(target, options);
      // What answers from memory gives way to nobody by itself: neither to requests, nor to who cancels it.
      if (index % TARGETS_PER_TURN === TARGETS_PER_TURN - 1) await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  signal.throwIfAborted();
}

/** Never rejects. What ends because the run does is told to nobody. */
async function warmOne(target: WarmTarget, options: TargetPoolOptions): Promise<void> {
  const { bucket, signal, onOutcome, onFailure, timeoutMs = TARGET_TIMEOUT_MS } = options;
  try {
    const outcome = await withinTime(signal, timeoutMs, async (own) => target.warm(own));
    if (outcome.kind === 'fresh') bucket.giveBack();
    onOutcome(outcome);
  } catch (error) {
    if (!signal.aborted) onFailure(error, target);
  }
}
