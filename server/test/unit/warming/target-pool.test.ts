import { expect, it, jest } from '@jest/globals';
import type { WarmOutcome } from '../../../src/core/warming.js';
import { warmAll } from '../../../src/warming/target-pool.js';
import { TokenBucket } from '../../../src/warming/token-bucket.js';
import { turn } from '../../fakes/memory-cache.js';
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

it('holds nobody back for what is fresh, and begins no load without a token', async () => {
  const { outcomes, options } = pool();
  const standing = { ...options, bucket: new TokenBucket(1, () => 0) };
  // On a clock that stands there is one token for all of them.
  await warmAll(
    targets(5_000, () => ({ kind: 'fresh' })),
    standing,
  );
  expect(outcomes).toHaveLength(5_000);
  let loads = 0;
  const ending = new AbortController();
  const warmed = warmAll(
    targets(1_000, (n) => {
      if (n % 100) return { kind: 'fresh' };
      loads++;
      return LOADED;
    }),
    { ...standing, signal: ending.signal },
  );
  while (loads === 0) await turn();
  for (let turns = 0; turns < 100; turns++) await turn();
  expect(loads).toBe(1);
  ending.abort(new Error('seen'));
  await expect(warmed).rejects.toThrow('seen');
});

it('begins loads at their rate, whatever else is fresh among them', async () => {
  jest.useFakeTimers();
  try {
    const { options } = pool();
    let loads = 0;
    const list = targets(400, (n) => {
      if (n % 10) return { kind: 'fresh' };
      loads++;
      return LOADED;
    });
    const warmed = warmAll(list, { ...options, bucket: new TokenBucket(100, Date.now) });
    for (let ms = 10; ms < 390; ms += 10) {
      await jest.advanceTimersByTimeAsync(10);
      expect([ms, loads]).toEqual([ms, ms / 10 + 1]);
    }
    // What is fresh after the last load waits for a token as well.
    await jest.advanceTimersByTimeAsync(20);
    await warmed;
    expect(loads).toBe(40);
  } finally {
    jest.useRealTimers();
  }
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
