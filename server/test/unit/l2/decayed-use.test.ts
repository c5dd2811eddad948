import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { counted } from '../../../src/testing/frequency-order.js';

describe('decayed use', () => {
  it('a count is the logarithm of the weighted sum of the uses, to a tenth', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 60 }), (gaps) => {
        let at = 64;
        let score: number | undefined;
        let exact = Number.NEGATIVE_INFINITY;
        for (const gap of gaps) {
          at += gap;
          score = counted(score, at, 1);
          exact = at + Math.log2(1 + 2 ** (exact - at));
        }
        assert.ok(Math.abs((score as number) / 65_536 - exact) <= 0.1, `${(score as number) / 65_536}, ${exact}`);
      }),
    );
  });
});
