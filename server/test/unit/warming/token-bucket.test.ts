import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from '../../../src/warming/token-bucket.js';
import { turn } from '../../fakes/memory-cache.js';

it('lets no more than its rate through within any second, however it is asked', () => {
  const pause = (maxMs: number) => fc.integer({ min: 0, max: maxMs * 100 }).map((hundredths) => hundredths / 100);
  const list = (each: fc.Arbitrary<number>) => fc.array(each, { minLength: 300, maxLength: 800 });
  // So short that no token is lost in between: that is when most go through.
  const pauses = fc.oneof(list(pause(8)), list(fc.oneof(pause(8), pause(300))));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), pauses, (perSecond, waits) => {
      let nowMs = 0;
      const bucket = new TokenBucket(perSecond, () => nowMs);
      const taken: number[] = [];
      for (const waitMs of waits) {
        nowMs += waitMs;
        while (taken.length < 20_000 && bucket.take() === 0) taken.push(nowMs);
      }
      let from = 0;
      let most = 0;
      for (const [to, atMs] of taken.entries()) {
        while (atMs - (taken[from] as number) >= 1_000 - 1e-6) from++;
        most = Math.max(most, to - from + 1);
      }
      expect(most).toBeLessThanOrEqual(perSecond);
    }),
    { numRuns: 80 },
  );
});

it.each([1, 7, 50, 1_000, 10_000])('comes to nearly %i a second where it is asked when it says', (perSecond) => {
  let nowMs = 0;
  const bucket = new TokenBucket(perSecond, () => nowMs);
  let taken = 0;
  while (nowMs < 10_000) {
    const waitMs = bucket.take();
    if (waitMs === 0) taken++;
    else nowMs += waitMs;
  }
  expect(taken).toBeGreaterThanOrEqual(perSecond * 10 * 0.9);
});

it('lets another go where a token was not needed', () => {
  const bucket = new TokenBucket(10, () => 0);
  expect(bucket.take()).toBe(0);
  expect(bucket.take()).toBe(100);
  bucket.giveBack();
  bucket.giveBack();
  expect([bucket.take(), bucket.take()]).toEqual([0, 100]);
});

it('gives what comes back to who waits longest, at once', async () => {
  const bucket = new TokenBucket(1, () => 0);
  const served: number[] = [];
  await bucket.turn();
  for (const n of [1, 2]) void bucket.turn().then(() => served.push(n));
  await turn();
  expect(served).toEqual([]);
  bucket.giveBack();
  await turn();
  expect(served).toEqual([1]);
  bucket.giveBack();
  await turn();
  expect(served).toEqual([1, 2]);
});
