import { expect, it } from '@jest/globals';
import type { WarmOutcome } from '../../../src/core/warming.js';
import { warmAll } from '../../../src/warming/target-pool.js';
import { TokenBucket } from '../../../src/warming/token-bucket.js';
import { LOADED, target, targets } from './warming-fakes.js';

class CountedBucket extends TokenBucket {
  taken = 0;
  givenBack = 0;

  override take(): number {
    this.taken++;
    return 0;
  }

  override giveBack(): void {
    this.givenBack++;
  }
}

function pool(timeoutMs?: number) {
  const bucket = new CountedBucket(1);
  const outcomes: WarmOutcome[] = [];
  const failures: unknown[] = [];
  const options = {
    bucket,
    concurrency: 4,
    signal: new AbortController().signal,
    onOutcome: (outcome: WarmOutcome) => void outcomes.push(outcome),
    onFailure: (error: unknown) => void failures.push(error),
    ...(timeoutMs && { timeoutMs }),
  };
  return { bucket, outcomes, failures, options };
}

it('takes a token for each target, and gives back those of what is fresh', async () => {
  const { bucket, outcomes, options } = pool();
  const kinds = [LOADED, { kind: 'fresh' }, { kind: 'no-room' }] as const;
  await warmAll(
    targets(30, (n) => kinds[n % 3] as WarmOutcome),
    options,
  );
  expect([outcomes.length, bucket.taken, bucket.givenBack]).toEqual([30, 30, 10]);
});

it('gives a target up that takes too long, by its signal, and goes on', async () => {
  const { outcomes, failures, options } = pool(20);
  let aborted = false;
  const slow = target('slow', (signal) => {
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    return new Promise(() => {});
  });
  await warmAll([slow, ...targets(8, () => LOADED)], { ...options, concurrency: 1 });
  expect([aborted, outcomes.length]).toEqual([true, 8]);
  expect(failures).toMatchObject([{ code: 'LOAD_TIMEOUT' }]);
});
