import { describe, expect, it } from '@jest/globals';
import { type PlannedTenant, planTraffic, tide } from '../src/traffic/plan.js';

const MIB = 1_048_576;

function tenant(
  tenantId: string,
  plan: string,
  quotaMb: number,
  own: Partial<PlannedTenant['quota']> = {},
): PlannedTenant {
  const quotaBytes = quotaMb * MIB;
  const quota = { quotaBytes, hardLimitBytes: quotaBytes, policy: 'lru', enforcement: 'hard', ...own };
  return { tenantId, name: tenantId, plan, quota };
}

const fleet = [
  ...['a', 'b', 'c'].map((id) => tenant(`starter-${id}`, 'Starter', 2)),
  tenant('starter-full', 'Starter', 2, { policy: 'reject' }),
  tenant('starter-watched', 'Starter', 2, { enforcement: 'observe' }),
  ...['a', 'b', 'c', 'd'].map((id) => tenant(`growth-${id}`, 'Growth', 6, { hardLimitBytes: 8 * MIB })),
  ...['a', 'b', 'c'].map((id) => tenant(`scale-${id}`, 'Scale', 16)),
];

describe('traffic plan', () => {
  const plans = planTraffic(fleet, 200);
  const role = (tenantId: string) => plans.find((plan) => plan.tenantId === tenantId)?.role;

  it('adds up to the rate asked for, and lets no tenant fall silent', () => {
    const sum = plans.reduce((total, { requestsPerSecond }) => total + requestsPerSecond, 0);
    expect(sum).toBeCloseTo(200, 6);
    expect(Math.min(...plans.map(({ requestsPerSecond }) => requestsPerSecond))).toBeGreaterThan(200 * (0.25 / 12));
  });

  it('has tenants that are refused, that evict, that warn, that go over and that stay quiet', () => {
    expect(role('starter-full')).toBe('pressing');
    for (const plan of ['starter', 'growth', 'scale']) {
      expect(role(`${plan}-a`)).toBe('pressing');
      expect(role(`${plan}-b`)).toBe('quiet');
    }
    expect(role('starter-c')).toBe('steady');
    expect(role('growth-c')).toBe('over');
  });

  it('gives an end to the growth of a tenant that no quota holds', () => {
    const watched = plans.find(({ tenantId }) => tenantId === 'starter-watched');
    expect(watched?.fillShare).toBe(1.1);
  });

  it('fills every pressing tenant at the same time: requests in proportion to the limit', () => {
    const perMib = ['starter-a', 'growth-a', 'scale-a'].map((id, index) => {
      const plan = plans.find(({ tenantId }) => tenantId === id);
      return ((plan?.requestsPerSecond ?? 0) - (200 * 0.25) / 12) / ([2, 8, 16][index] ?? 1);
    });
    expect(perMib[1]).toBeCloseTo(perMib[0] ?? 0, 6);
    expect(perMib[2]).toBeCloseTo(perMib[0] ?? 0, 6);
  });

  it('is the same for the same tenants in another order', () => {
    expect(planTraffic([...fleet].reverse(), 200)).toEqual(plans);
  });

  it('breathes around the planned rate and never stops', () => {
    const [plan] = plans;
    if (!plan) throw new Error('no plan');
    const tides = Array.from({ length: 300 }, (_, second) => tide(plan, second * 1_000));
    expect(tides.reduce((sum, value) => sum + value, 0) / 300).toBeCloseTo(1, 3);
    expect(Math.min(...tides)).toBeGreaterThan(0.6);
  });
});
