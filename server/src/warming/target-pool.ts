import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../core/errors.js';
import type { WarmOutcome, WarmTarget } from '../core/warming.js';
import { unlessAborted } from './target-list.js';
import type { TokenBucket } from './token-bucket.js';

/** One that takes longer is given up: a target that never ends must not hold its place for ever. */
const TARGET_TIMEOUT_MS = 60_000;

export interface TargetPoolOptions {
  readonly concurrency: number;
  readonly bucket: TokenBucket;
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: WarmOutcome) => void;
  readonly onFailure: (error: unknown) => void;
  readonly timeoutMs?: number;
}

/** Warms targets in their order, so many side by side and so many a second. Rejects with the signal's reason on abort. */
export async function warmAll(targets: readonly WarmTarget[], options: TargetPoolOptions): Promise<void> {
  const { concurrency, bucket, signal } = options;
  const underway = new Set<Promise<void>>();
  for (const target of targets) {
    while (underway.size >= concurrency) await Promise.race(underway);
    for (let waitMs = bucket.take(); waitMs > 0; waitMs = bucket.take()) {
      await delay(waitMs, undefined, { ref: false, signal });
    }
    signal.throwIfAborted();
    const warming = warmOne(target, options).finally(() => underway.delete(warming));
    underway.add(warming);
  }
  await Promise.all(underway);
  signal.throwIfAborted();
}

/** Never rejects. What ends because the run does is told to nobody. */
async function warmOne(target: WarmTarget, options: TargetPoolOptions): Promise<void> {
  const { bucket, signal, onOutcome, onFailure, timeoutMs = TARGET_TIMEOUT_MS } = options;
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => own.abort(fail('LOAD_TIMEOUT')), timeoutMs).unref();
  try {
    const warming = (async () => target.warm(own.signal))();
    const outcome = await unlessAborted(own.signal, warming);
    // It cost its source nothing.
    if (outcome.kind === 'fresh') bucket.giveBack();
    onOutcome(outcome);
  } catch (error) {
    if (!signal.aborted) onFailure(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
