import { LRUCache } from 'lru-cache';
import { createTenantCache } from 'tenantcache';
import { measure, report } from '../measure.js';

const KEYS = 500;
const value = {
  id: 1,
  name: 'portfolio',
  positions: Array.from({ length: 10 }, (_, index) => ({ index, size: index * 2 })),
};

const raw = new LRUCache<string, object>({ max: KEYS });
const cache = createTenantCache({ tenants: { default: { quotaBytes: 64 * 1024 * 1024 } } });
const tenant = cache.forTenant('bench');
for (let key = 0; key < KEYS; key++) {
  raw.set(`k${key}`, value);
  await tenant.set('portfolio', `k${key}`, value);
}
const keys = Array.from({ length: KEYS }, (_, key) => `k${key}`);
const keyAt = (index: number) => keys[index % KEYS] as string;

for (const inFlight of [1, 64]) {
  const rows = await measure(
    [
      { name: 'lru-cache, awaited', run: async (index) => raw.get(keyAt(index)) },
      { name: 'tenantcache getOrSet', run: (index) => tenant.getOrSet('portfolio', keyAt(index), () => value) },
      { name: 'tenantcache get', run: (index) => tenant.get('portfolio', keyAt(index)) },
    ],
    { operations: 300_000, inFlight },
  );
  report(`L1 hit, ${inFlight} in flight`, 'Tenant, quota and counters on; no other process writes.', rows);
}
await cache.close();
