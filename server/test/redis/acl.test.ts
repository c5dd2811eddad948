import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { CacheEvent } from '../../src/core/events.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { createTenantCache } from '../../src/create-tenant-cache.js';
import { RedisLeadership } from '../../src/l2/redis-leadership.js';
import { RedisRateStore } from '../../src/l2/redis-rate-store.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { RedisUsageJournal } from '../../src/l2/redis-usage-journal.js';
import { usagePart } from '../../src/testing/usage-journal-contract.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';

const USERS = readFileSync(new URL('../../../deploy/redis/users.acl', import.meta.url), 'utf8');
const password = randomBytes(12).toString('hex');
let redis: RedisProcess;
let url: string;

beforeAll(async () => {
  redis = await RedisProcess.reserve();
  await redis.start();
  const digest = createHash('sha256').update(password).digest('hex');
  const [, rules = ''] = /^user tenantcache (.+)$/m.exec(USERS) ?? [];
  const client = redis.client();
  await client.call('ACL', 'SETUSER', 'tenantcache', ...rules.replace('APP_PASSWORD_SHA256', digest).split(' '));
  client.disconnect();
  url = `redis://tenantcache:${password}@127.0.0.1:${redis.port}`;
});
afterAll(() => redis.kill());

describe('the app’s user of deploy/redis/users.acl', () => {
  it('may do all that the cache does', async () => {
    const events: CacheEvent[] = [];
    const persisted: string[] = [];
    const cache = createTenantCache({
      redis: { url },
      redisTimeout: '5s',
      tenants: { default: { quotaBytes: 200_000, policy: 'hybrid' } },
      shared: { market: { quotaBytes: 200_000 } },
      writeBehind: { persist: async ({ key }) => void persisted.push(key) },
      observers: [(event) => void events.push(event)],
    });
    await cache.ready();
    const tenant = cache.forTenant('acme');
    for (let n = 0; n < 300; n++) await tenant.set('r', `k${n}`, 'x'.repeat(2_000), { tags: ['t'], ttl: '1h' });
    expect(await tenant.getOrSet('r', 'loaded', () => 'value')).toBe('value');
    await tenant.get('r', 'k299');
    await tenant.delete('r', 'k298');
    await tenant.invalidateTags(['t']);
    await tenant.writeBehind('r', 'queued', 1);
    await until(() => persisted.length === 1);
    await cache.reconcile('acme', { orphans: true });
    await tenant.usage();
    await tenant.clear();
    const dataset = cache.platform.shared('market');
    for (let n = 0; n < 300; n++) await dataset.set(`x:k${n}`, 'price', 'x'.repeat(2_000), { ttl: '1h' });
    dataset.define('loaded', { load: () => 'value' });
    expect(await cache.runAs('acme', () => cache.shared('market').get('x:1', 'loaded'))).toBe('value');
    await dataset.refresh('x:1', 'loaded');
    await dataset.entries({ count: 10 });
    await dataset.invalidateGroup('x:k299');
    await dataset.invalidateGroups('x:');
    expect((await dataset.usage()).entries).toBeGreaterThanOrEqual(0);
    await dataset.clear();
    await cache.close();
    expect(events.filter(({ type }) => type === 'store-error' || type === 'breaker')).toEqual([]);
  });

  it('may do all that upkeep does', async () => {
    const { store, topology, close } = redisStore({ redis: { url } });
    await store.ready();
    const upkeep = new RedisUpkeep(topology);
    await upkeep.enrol([tenantId('t1')]);
    expect((await upkeep.roll(undefined, 10)).tenants).toContain('t1');
    expect(await upkeep.strike(tenantId('t1'))).toBe(false);
    expect([...(await upkeep.serverEvictions()).values()]).toEqual([0]);
    expect(await upkeep.nodes()).toMatchObject([{ state: 'up' }]);
    expect(await upkeep.health()).toMatchObject({ nodes: [{ state: 'up', info: { slowCalls: expect.any(Number) } }] });
    expect(await upkeep.browse(tenantId('t1'), { count: 10 })).toMatchObject({ items: [], next: undefined });
    const leadership = new RedisLeadership(topology, 'acl');
    expect(await leadership.lead()).toBeGreaterThan(0);
    await leadership.resign();
    // What a write with `waitFor` asks.
    const client = new Redis(url, { maxRetriesPerRequest: 0 });
    expect(await client.wait(0, 1)).toBe(0);
    client.disconnect();
    await close();
  });

  it('may do all that the journal of usage does', async () => {
    const { store, topology, close } = redisStore({ redis: { url } });
    await store.ready();
    const journal = new RedisUsageJournal(topology);
    const tenants = [tenantId('t1'), tenantId('t2')];
    await journal.put(tenants.map((tenant) => usagePart(tenant, 'e.0', 0, 1)));
    expect((await journal.tenants(undefined, 10)).tenants).toEqual(expect.arrayContaining(tenants));
    const read = await journal.read(tenants);
    await journal.forget(read);
    expect(read).toHaveLength(2);
    expect(await journal.read(tenants)).toEqual([]);
    await close();
  });

  it('may count rates', async () => {
    const { store, topology, close } = redisStore({ redis: { url } });
    await store.ready();
    const counter = new RedisRateStore(topology).counter('acl', 60_000);
    expect([(await counter.increment('k')).used, (await counter.increment('k')).used]).toEqual([1, 2]);
    expect((await counter.reserve('k', { limit: 10, least: 1, most: 1 })).reserved).toBe(1);
    await close();
  });

  it.each([
    'KEYS *',
    'FLUSHALL',
    'FLUSHDB',
    'CONFIG GET maxmemory',
    'DEBUG SLEEP 0',
    'SHUTDOWN',
    'ACL LIST',
    'GET other',
    'GET shared-other',
    'GET {shared',
    'MONITOR',
    'SLOWLOG GET',
  ])('may not do %s', async (command) => {
    const client = new Redis(url, { maxRetriesPerRequest: 0 });
    client.on('error', () => {});
    const [name = '', ...args] = command.split(' ');
    await expect(client.call(name, ...args)).rejects.toThrow(/NOPERM|command not allowed/);
    client.disconnect();
  });
});
