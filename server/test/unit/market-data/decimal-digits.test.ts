import { describe, expect, it } from '@jest/globals';
import { compareDecimals, decimalDigits, decimalOrNull } from '../../../src/market-data/decimal-digits.js';

describe('decimals', () => {
  it.each([
    ['94000.12000000', '94000.12000000'],
    ['-0.5', '-0.5'],
    ['1e-7', '0.0000001'],
    ['1.5E-7', '0.00000015'],
    ['-2.5e+3', '-2500'],
    ['1.2345e2', '123.45'],
    ['0.012e3', '12'],
    ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
  ])('%s is %s, nothing rounded', (text, digits) => {
    expect(decimalDigits(text)).toBe(digits);
  });

  it.each(['', 'NaN', 'Infinity', '1,5', '0x10', '1e9999', 12.5, null, undefined])('refuse %p', (text) => {
    expect(() => decimalDigits(text)).toThrow(RangeError);
  });

  it('may be untold', () => {
    expect([decimalOrNull(undefined), decimalOrNull(null), decimalOrNull('1')]).toEqual([null, null, '1']);
  });

  it('are sorted as the numbers that they are', () => {
    const sorted = ['0.0000104', '0.5', '0.52', '9.99', '10.01', '100', '94000.1'];
    expect([...sorted].reverse().sort(compareDecimals)).toEqual(sorted);
  });
});
