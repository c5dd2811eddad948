import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { WarmOutcome } from '../../../src/core/warming.js';
import { Tally } from '../../../src/warming/tally.js';

const outcomes: fc.Arbitrary<WarmOutcome | 'failed'> = fc.constantFrom<WarmOutcome | 'failed'>(
  { kind: 'loaded', bytes: 10 },
  { kind: 'fresh' },
  { kind: 'no-room' },
  // Of an application's own target.
  { kind: 'loaded', bytes: Number.NaN },
  'failed',
);
const before = fc.record({ done: fc.nat(40), skipped: fc.nat(40), bytes: fc.nat(1_000) });

it('never counts more than there is, comes to all of it in the end, and never takes back a target', () => {
  fc.assert(
    fc.property(before, fc.array(outcomes, { maxLength: 60 }), (counted, list) => {
      const tally = new Tally(counted);
      expect(tally.progress()).toMatchObject({ total: null, ...counted });
      tally.listed(list.length);
      let last = 0;
      const look = () => {
        const { total, done, failed, skipped } = tally.progress();
        expect(total).toBeGreaterThanOrEqual(Math.max(last, list.length, done + failed + skipped));
        last = total as number;
        return done + failed + skipped;
      };
      look();
      for (const outcome of list) {
        if (outcome === 'failed') tally.failed();
        else tally.came(outcome);
        look();
      }
      expect(look()).toBe(last);
    }),
    { numRuns: 500 },
  );
});

it('counts no target twice that a process before it had counted, unless it has to be loaded anew', () => {
  const tally = new Tally({ done: 20, skipped: 5, bytes: 2_000 });
  tally.listed(50);
  expect(tally.progress().total).toBe(50);
  for (let n = 0; n < 23; n++) tally.came({ kind: 'fresh' });
  for (let n = 0; n < 27; n++) tally.came({ kind: 'loaded', bytes: 100 });
  expect(tally.progress()).toEqual({ total: 52, done: 47, failed: 0, skipped: 5, bytes: 4_700 });
});
