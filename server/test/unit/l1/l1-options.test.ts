import { describe, expect, it } from '@jest/globals';
import { type L1Options, resolveL1Options } from '../../../src/core/l1-options.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { staticTenants } from '../../../src/tenant/static-tenants.js';

describe('l1 options', () => {
  it('have defaults', () => {
    expect(resolveL1Options('here', {})).toEqual({
      maxBytesPerTenant: 10_485_760,
      maxBytesTotal: 268_435_456,
      maxEntryBytes: 1_048_576,
      maxTtlMs: 30_000,
      policy: 'lru',
      clone: false,
      pressureAt: 0.85,
    });
  });

  it.each([
    { maxBytesPerTenant: 0 },
    { maxBytesTotal: 1.5 },
    { maxEntryBytes: -1 },
    { maxTtl: '31s' },
    { maxTtl: 0 },
    { policy: 'lfu' },
    { clone: 1 },
    { pressureAt: Number.NaN },
    { pressureAt: 0.99 },
    { maxEntries: 5 },
  ])('refuses %j', (options) => {
    expect(() => resolveL1Options('here', options as L1Options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });

  it('may be overridden for a static tenant, by a policy that exists', async () => {
    const tenants = staticTenants({ static: { a: { quotaBytes: 1, l1Policy: 'hybrid' }, b: { quotaBytes: 1 } } });
    expect((await tenants.find(tenantId('a'))).l1Policy).toBe('hybrid');
    expect((await tenants.find(tenantId('b'))).l1Policy).toBeUndefined();
    expect(() => staticTenants({ static: { a: { quotaBytes: 1, l1Policy: 'lfu' as 'lru' } } })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
