import { describe, expect, it } from '@jest/globals';
import { upkeepSettings } from '../../../src/core/upkeep-options.js';

describe('the option upkeep', () => {
  it('has defaults, and may be switched off', () => {
    expect(upkeepSettings(undefined)).toEqual({
      patrolEveryMs: 60_000,
      reconcileEveryMs: 86_400_000,
      maxTenantsPerSecond: 200,
    });
    expect(upkeepSettings(false)).toBeUndefined();
  });

  it.each([
    { patrolEvery: '10ms' },
    { patrolEvery: '2d' },
    { reconcileEvery: '1s' },
    { maxTenantsPerSecond: 0 },
    { maxTenantsPerSecond: Number.NaN },
    { patrolEvry: '1m' },
    null,
    true,
  ])('refuses %j', (options) => {
    expect(() => upkeepSettings(options as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});
