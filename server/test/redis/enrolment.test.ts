import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { testRedisUrl } from '../fakes/redis-url.js';

afterEach(closeRedisCaches);

it('a process that lives for less than a heartbeat leaves its tenants on the roll', async () => {
  const tenant = `job-${randomUUID()}`;
  const cache = redisCache({ upkeep: false });
  await cache.ready();
  await cache.forTenant(tenant).set('r', 'k', 1);
  await cache.close();
  const client = new Redis(testRedisUrl());
  try {
    assert.notEqual(await client.zscore('tenantcache:roll', tenant), null);
  } finally {
    await client.quit();
  }
});
