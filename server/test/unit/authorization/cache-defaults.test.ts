import { afterEach, expect, it, jest } from '@jest/globals';
import { createTenantCache, type TenantCacheServer } from '../../../src/index.js';
import { ownCalendar } from '../../fakes/memory-cache.js';
import { until } from '../../fakes/redis-process.js';

let cache: TenantCacheServer;
afterEach(() => {
  jest.restoreAllMocks();
  return cache.close();
});

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

it('no jitter of the cache has a set kept for shorter or longer than its ttl', async () => {
  const later = ownCalendar();
  cache = createTenantCache({ tenants: { default: { quotaBytes: 1_000_000 } }, ttlJitter: 0.5 });
  const loads: string[] = [];
  const authorization = cache.authorization({
    ttl: '5m',
    load: async ({ userId }) => {
      loads.push(userId);
      return { roles: [], teams: [], permissions: [] };
    },
  });
  const users = Array.from({ length: 20 }, (_, n) => `user-${n}`);
  const askAll = async () => {
    loads.length = 0;
    for (const user of users) await cache.runAs('acme', () => authorization.can(user, 'portfolio:read'));
    return loads.length;
  };
  expect(await askAll()).toBe(users.length);
  later(5 * 60_000 - 1);
  expect(await askAll()).toBe(0);
  later(2);
  expect(await askAll()).toBe(users.length);
});
