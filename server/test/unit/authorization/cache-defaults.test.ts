import { afterEach, expect, it } from '@jest/globals';
import { createTenantCache, type TenantCacheServer } from '../../../src/index.js';
import { until } from '../../fakes/redis-process.js';

let cache: TenantCacheServer;
afterEach(() => cache.close());

it.each([{ grace: '1h' }, { staleWhileRevalidate: '1h' }] as const)(
  'no default of the cache makes a set true for longer than its ttl: %j',
  async (defaults) => {
    cache = createTenantCache({ tenants: { default: { quotaBytes: 1_000_000 } }, ...defaults });
    let allowed = true;
    const authorization = cache.authorization({
      ttl: '200ms',
      load: async () => {
        if (!allowed) throw new Error('the source is away');
        return { roles: [], teams: [], permissions: [{ action: '*', effect: 'allow' as const }] };
      },
    });
    const can = () => cache.runAs('acme', () => authorization.can('ann', 'portfolio:read'));
    expect(await can()).toBe(true);
    allowed = false;
    await until(async () => !(await can()), 5_000);
  },
);
