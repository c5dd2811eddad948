import { describe, expect, it } from '@jest/globals';
import { limitsOf, quotaState } from '../../../src/core/quota.js';

const settings = { quotaBytes: 1000, overageAllowed: true, overageLimitBytes: 200 };

describe('quotaState', () => {
  it.each([
    [0, 'ok'],
    [799, 'ok'],
    [800, 'warning'],
    [1000, 'warning'],
    [1001, 'exceeded'],
    [1200, 'exceeded'],
    [1201, 'critical'],
  ])('of %i of 1,000 bytes with 200 overage is %s', (used, state) => {
    expect(quotaState(used, limitsOf(settings))).toBe(state);
  });

  it('goes from warning to critical where no overage is allowed', () => {
    const limits = limitsOf({ ...settings, overageAllowed: false });
    expect(limits.hardLimitBytes).toBe(1000);
    expect(quotaState(1001, limits)).toBe('critical');
  });

  it('knows no state where there is no quota', () => {
    expect(quotaState(5000, limitsOf({ ...settings, enforcement: 'off' }))).toBe('ok');
  });
});

describe('limitsOf', () => {
  it.each([
    [{ quotaBytes: 0 }, 'quotaBytes: 0'],
    [{ quotaBytes: Number.NaN }, 'quotaBytes: NaN'],
    [{ quotaBytes: 1.5 }, 'quotaBytes: 1.5'],
    [{ quotaBytes: 1, overageLimitBytes: -1 }, 'overageLimitBytes: -1'],
    [{ quotaBytes: 1, policy: 'fifo' }, 'policy: fifo'],
    [{ quotaBytes: 1, enforcement: 'maybe' }, 'enforcement: maybe'],
  ])('refuses %j and says what was given', (given, message) => {
    expect(() => limitsOf(given as never)).toThrow(message);
  });
});
