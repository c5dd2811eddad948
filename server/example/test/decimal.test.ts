import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { negated, product, rounded, sign, sum } from '../src/decimal.js';

/** A whole number of thousandths, as a text: an oracle that needs no fractions. */
const thousandths = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const text = (steps: bigint) => {
  const digits = String(steps < 0n ? -steps : steps).padStart(4, '0');
  return `${steps < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
};

describe('decimals', () => {
  it('are added and multiplied exactly where floats are not', () => {
    expect(sum(['0.1', '0.2'])).toBe('0.3');
    expect(product('0.1', '0.2')).toBe('0.02');
    expect(product('94123.45', '400.0000000001')).toBe('37649380.000009412345');
    expect(sum([])).toBe('0');
  });

  it('agree with whole numbers of thousandths, of any size and sign', () => {
    fc.assert(
      fc.property(thousandths, thousandths, (a, b) => {
        expect(sum([text(a), text(b)])).toBe(text(a + b));
        expect(sum([text(a), negated(text(a))])).toBe('0.000');
        expect(sign(text(a))).toBe(a === 0n ? 0 : a < 0n ? -1 : 1);
        // Of six places, the same as the product of the thousandths.
        expect(BigInt(product(text(a), text(b)).replace('.', ''))).toBe(a * b);
      }),
    );
  });

  it.each([
    ['1.005', 2, '1.01'],
    ['-1.005', 2, '-1.01'],
    ['1.0049999', 2, '1.00'],
    ['-0.004', 2, '0.00'],
    ['7', 2, '7.00'],
    ['0.5', 0, '1'],
  ])('%s with %i places is %s', (given, places, expected) => {
    expect(rounded(given, places)).toBe(expected);
  });

  it.each(['', '1e3', 'NaN', '.5', '1.', '1,0', ' 1'])('refuse %j', (given) => {
    expect(() => sum([given])).toThrow(RangeError);
  });
});
