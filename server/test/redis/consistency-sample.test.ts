import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { EntryId } from '../../src/core/resource.js';
import { storedMember } from '../../src/core/stored-size.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { EntrySampler } from '../../src/l2/entry-sampler.js';
import { metaKey } from '../../src/l2/redis-keys.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const newTenant = () => tenantId(randomUUID());

describe('a sample of a tenant', () => {
  let client: Redis;
  let calls: number;
  let sampler: EntrySampler;

  beforeAll(() => {
    client = new Redis(testRedisUrl());
    const topology = {
      laneOf: () => 0,
      read: <T>(_lane: number, call: (redis: Redis) => Promise<T>) => {
        calls++;
        return call(client);
      },
    };
    sampler = new EntrySampler(topology);
    calls = 0;
  });

  afterAll(() => client.quit());

  async function index(tenant: TenantId, ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += 1_000) {
      const page = ids.slice(from, from + 1_000);
      const members = page.flatMap((id, position) => [from + position, storedMember(id as EntryId)]);
      await client.zadd(metaKey('lru', tenant), ...members);
    }
  }

  it('holds entries of the one resource only, none twice, and no more than asked for', async () => {
    const tenant = newTenant();
    const mine = Array.from({ length: 300 }, (_, n) => `price:k${n}`);
    const similar = ['prices:a', 'pric:e', 'price2:a', 'price-x:price:b', 'other:price:k1'];
    await index(tenant, [...mine, ...similar]);
    const all = await sampler.sample(tenant, 'price', 1_000);
    expect([...all.ids].sort()).toEqual([...mine].sort());
    const some = await sampler.sample(tenant, 'price', 50);
    expect(new Set(some.ids).size).toBe(50);
    expect(some.ids.every((id) => mine.includes(id))).toBe(true);
  });

  it('differs from draw to draw', async () => {
    const tenant = newTenant();
    await index(
      tenant,
      Array.from({ length: 2_000 }, (_, n) => `r:k${n}`),
    ); // prettier-ignore
    const first = await sampler.sample(tenant, 'r', 20);
    const second = await sampler.sample(tenant, 'r', 20);
    expect(first.ids).not.toEqual(second.ids);
  });

  it('counts what is stored under a hash, and hands none of it out', async () => {
    const tenant = newTenant();
    await index(tenant, ['r:short', `r:${'x'.repeat(500)}`, 'r:~tilde']);
    expect(await sampler.sample(tenant, 'r', 10)).toEqual({ ids: ['r:short'], unnamed: 2 });
  });

  it('finds a rare resource among many entries, in bounded calls', async () => {
    const tenant = newTenant();
    await index(tenant, [...Array.from({ length: 30_000 }, (_, n) => `many:k${n}`), 'rare:a', 'rare:b']);
    calls = 0;
    const { ids } = await sampler.sample(tenant, 'rare', 5);
    expect([...ids].sort()).toEqual(['rare:a', 'rare:b']);
    expect(calls).toBeLessThanOrEqual(16 + 256);
  });

  it('of nothing is empty', async () => {
    expect(await sampler.sample(newTenant(), 'r', 10)).toEqual({ ids: [], unnamed: 0 });
  });

  it('never holds what is another tenant’s', async () => {
    const [mine, theirs] = [newTenant(), newTenant()];
    await index(mine, ['r:mine']);
    await index(theirs, ['r:theirs']);
    expect((await sampler.sample(mine, 'r', 100)).ids).toEqual(['r:mine']);
  });
});
