import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { BusMessage } from '../../src/core/contracts.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { entryPrefix, META_KINDS, metaKey } from '../../src/l2/redis-keys.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const LIMITS = limitsOf({ quotaBytes: 1e9, policy: 'lfu' });
const body = (text: string) => ({ payload: Buffer.from(text), ttlMs: 600_000, graceMs: 0, tags: ['t'] });

describe('what is left in Redis of a tenant that was forgotten', () => {
  const near = redisStore();
  const far = redisStore();
  let client: Redis;
  beforeAll(async () => {
    client = new Redis(testRedisUrl());
    await Promise.all([near.store.ready(), far.store.ready()]);
  });
  afterAll(async () => {
    await Promise.all([near.close(), far.close(), client.quit()]);
  });
  const newTenant = () => tenantId(`gone-${randomUUID().slice(0, 8)}`);
  const put = (tenant: ReturnType<typeof tenantId>, key: string, text = key) =>
    near.store.write(tenant, entryId('r', key), body(text), LIMITS);
  const keysOf = async (tenant: string) => {
    const found: string[] = [];
    for await (const page of client.scanStream({ match: `*{${tenant}}*`, count: 10_000 })) found.push(...page);
    return found;
  };

  it('is not one key, whichever kinds of bookkeeping it had', async () => {
    const tenant = newTenant();
    for (let n = 0; n < 700; n++) await put(tenant, `k${n}`);
    const kinds = META_KINDS.filter((kind) => kind !== 'bus' && kind !== 'absent');
    const there = new Set(await keysOf(tenant));
    for (const kind of kinds) if (!there.has(metaKey(kind, tenant))) await client.set(metaKey(kind, tenant), 'x');
    for (const kind of ['inv', 'leases'] as const) {
      await client.del(metaKey(kind, tenant));
      await client.hset(metaKey(kind, tenant), 'f', 'x');
    }
    const forgotten = await new RedisUpkeep(near.topology).forget(tenant);
    expect(forgotten.entries).toBe(700);
    expect(await keysOf(tenant)).toEqual([]);
  });

  it('is no entry that the indexes did not know, which nothing would tell from a new one afterwards', async () => {
    const tenant = newTenant();
    for (const key of ['known', 'lost-deadline', 'lost-all']) await put(tenant, key);
    await client.zrem(metaKey('exp', tenant), 'r:lost-deadline', 'r:lost-all');
    await client.zrem(metaKey('lru', tenant), 'r:lost-all');
    expect(await client.exists(`${entryPrefix(tenant)}r:lost-all`)).toBe(1);
    expect((await new RedisUpkeep(far.topology).forget(tenant)).entries).toBe(3);
    expect(await keysOf(tenant)).toEqual([]);
    await put(tenant, 'new');
    for (const key of ['known', 'lost-deadline', 'lost-all']) {
      expect(await far.store.get(tenant, entryId('r', key))).toBeUndefined();
    }
  });

  it('every process that listens hears of it, and reads what is written afterwards', async () => {
    const tenant = newTenant();
    const heard: BusMessage[] = [];
    far.bus.onMessage((message) => void heard.push(message));
    await far.bus.follow(tenant);
    await put(tenant, 'k', 'old');
    expect(await far.store.get(tenant, entryId('r', 'k'))).toBeDefined();
    await new RedisUpkeep(near.topology).forget(tenant);
    await until(() => heard.some((message) => message.type === 'clear' && message.tenant === tenant));
    expect(await far.store.get(tenant, entryId('r', 'k'))).toBeUndefined();
    // At the latest when the clock has passed what was promised ahead.
    await until(async () => {
      await put(tenant, 'k', 'new');
      return (await far.store.get(tenant, entryId('r', 'k')))?.payload.toString() === 'new';
    });
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
