import { describe, expect, it } from '@jest/globals';
import { durationMs } from '../../../src/core/duration.js';

describe('durationMs', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
    [42, 42],
  ] as const)('reads %s', (given, ms) => {
    expect(durationMs(given, 'ttl')).toBe(ms);
  });

  it.each(['', '5', '-5s', '5 s', '5w', 'm', '1e3s', Number.NaN, Number.POSITIVE_INFINITY, -1, null, {}])(
    'refuses %p and says what is allowed',
    (given) => {
      expect(() => durationMs(given as never, 'ttl')).toThrow(
        /Given: ttl: .*Allowed: milliseconds >= 0.*OPTION_INVALID/s,
      );
    },
  );

  it.each([
    [1_000, "'30s', '5m', '1h', '1d'"],
    [300_001, "'1h', '1d'"],
    [3 * 86_400_000, "'3d'"],
  ])('gives only examples that are allowed from %p ms on', (minMs, examples) => {
    expect(() => durationMs('1ms', 'ttl', minMs)).toThrow(`milliseconds >= ${minMs}, or a string such as ${examples}.`);
    for (const [, text] of examples.matchAll(/'(.*?)'/g))
      expect(durationMs(text as never, 'ttl', minMs)).toBeGreaterThan(0);
  });

  it('refuses less than its minimum', () => {
    expect(() => durationMs(0, 'ttl', 1)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', status: 500 }));
  });
});
