import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createTenantCache } from 'tenantcache';
import { measure, report } from '../measure.js';
import { benchRedisUrl } from '../redis-url.js';

const value = 'x'.repeat(1_000);
const run = randomUUID().slice(0, 8);
const redis = new Redis(benchRedisUrl(), { enableAutoPipelining: false });
const open = (quotaBytes: number) =>
  createTenantCache({ redis: { url: benchRedisUrl() }, tenants: { default: { quotaBytes } }, l1: false });
const roomy = open(512 * 1024 * 1024);
const tight = open(256 * 1024);
await Promise.all([roomy.ready(), tight.ready()]);

for (const tenants of [1, 10, 100]) {
  const roomyTenants = Array.from({ length: tenants }, (_, index) => roomy.forTenant(`bench-${run}-r${index}`));
  const tightTenants = Array.from({ length: tenants }, (_, index) => tight.forTenant(`bench-${run}-t${index}`));
  const rows = await measure([
    { name: 'raw SET, no quota', run: (index) => redis.set(`bench:${run}:${index % 5_000}`, value, 'PX', 300_000) },
    {
      name: 'tenantcache set, no eviction',
      run: (index) => roomyTenants[index % tenants]?.set('r', `k${index % 5_000}`, value) ?? Promise.reject(),
    },
    {
      name: 'tenantcache set, evicting',
      run: (index) => tightTenants[index % tenants]?.set('r', `k${index}`, value) ?? Promise.reject(),
    },
  ]);
  report(
    `Quota-enforcing set of 1 KB, 64 in flight, ${tenants} tenants`,
    'Exact bytes, one Redis on the same machine.',
    rows,
  );
  await Promise.all([...roomyTenants, ...tightTenants].map((tenant) => tenant.clear()));
  await Promise.all([...roomyTenants, ...tightTenants].map((tenant) => tenant.usage()));
}
const keys = Array.from({ length: 5_000 }, (_, index) => `bench:${run}:${index}`);
await redis.unlink(...keys);
await Promise.all([roomy.close(), tight.close(), redis.quit()]);
