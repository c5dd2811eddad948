import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { effectiveEnforcement, effectiveLimits, isPercentage, rolloutPosition } from '../../../src/core/fleet.js';
import { ENFORCEMENTS } from '../../../src/core/quota.js';
import { TENANT_ID_PATTERN, tenantId } from '../../../src/core/tenant-id.js';

const tenants = fc.stringMatching(TENANT_ID_PATTERN).map(tenantId);
const percentages = fc.integer({ min: 0, max: 10_000 }).map((points) => points / 100);
const others = fc.constantFrom('off', 'observe', 'soft') as fc.Arbitrary<'off' | 'observe' | 'soft'>;

describe('enforcement by percentage', () => {
  it('stands where it stood in every version: processes of two versions must agree', () => {
    const ids = ['acme', 'blue', 'org_2x', 't-1', '2f9c1e7a-4f0b-4c53-9a6f-0d3a5c1e8b77'];
    expect(ids.map((id) => rolloutPosition(tenantId(id)))).toEqual([8691, 69, 7114, 329, 9776]);
  });

  it.each([
    [1, ['blue']],
    [3.29, ['blue']],
    [3.3, ['blue', 't-1']],
    [72, ['blue', 'org_2x', 't-1']],
  ])('reaches the same tenants at %d %% in every version', (enforcedPercentage, reached) => {
    const ids = ['acme', 'blue', 'org_2x', 't-1'].map(tenantId);
    const rollout = { enforcedPercentage, enforcementOfOthers: 'off' } as const;
    expect(ids.filter((id) => effectiveEnforcement(id, 'hard', rollout) === 'hard')).toEqual(reached);
  });

  it('only adds tenants where the percentage grows, none at 0 and all at 100', () => {
    fc.assert(
      fc.property(tenants, percentages, percentages, others, (tenant, a, b, enforcementOfOthers) => {
        const at = (enforcedPercentage: number) =>
          effectiveEnforcement(tenant, 'hard', { enforcedPercentage, enforcementOfOthers });
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        if (at(less) === 'hard') expect(at(more)).toBe('hard');
        expect([at(0), at(100)]).toEqual([enforcementOfOthers, 'hard']);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never stronger than the tenant’s own', () => {
    fc.assert(
      fc.property(
        tenants,
        fc.constantFrom(...ENFORCEMENTS),
        percentages,
        others,
        (tenant, own, enforcedPercentage, enforcementOfOthers) => {
          const effective = effectiveEnforcement(tenant, own, { enforcedPercentage, enforcementOfOthers });
          expect(ENFORCEMENTS.indexOf(effective)).toBeLessThanOrEqual(ENFORCEMENTS.indexOf(own));
          expect([own, enforcementOfOthers]).toContain(effective);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([1, 10, 50, 90])('reaches %i %% of many tenants', (percentage) => {
    const rollout = { enforcedPercentage: percentage, enforcementOfOthers: 'off' } as const;
    const ids = Array.from({ length: 20_000 }, (_, index) => tenantId(`tenant-${index}`));
    const reached = ids.filter((id) => effectiveEnforcement(id, 'hard', rollout) === 'hard').length;
    // Four standard deviations of a fair draw.
    const share = percentage / 100;
    expect(Math.abs(reached - 20_000 * share)).toBeLessThan(4 * Math.sqrt(20_000 * share * (1 - share)));
  });

  it('changes the enforcement of the limits and nothing else', () => {
    const settings = {
      quotaBytes: 100,
      overageAllowed: true,
      overageLimitBytes: 50,
      policy: 'ttl',
      enforcement: 'hard',
    } as const;
    const rollout = { enforcedPercentage: 0, enforcementOfOthers: 'observe' } as const;
    expect(effectiveLimits({ tenantId: tenantId('a'), settings }, rollout)).toEqual({
      quotaBytes: 100,
      hardLimitBytes: 150,
      policy: 'ttl',
      enforcement: 'observe',
    });
  });

  it.each([
    [0, true],
    [33.33, true],
    [0.07, true],
    [100, true],
    [100.01, false],
    [-0.01, false],
    [0.005, false],
    [Number.NaN, false],
    ['50', false],
  ])('%p as a percentage: %p', (value, allowed) => {
    expect(isPercentage(value)).toBe(allowed);
  });
});
