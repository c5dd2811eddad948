import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';

afterEach(closeRedisCaches);

describe('close', () => {
  it('does not cut off what changes the store: who reads afterwards sees it', async () => {
    const id = randomUUID();
    const [closing, reader] = [redisCache(), redisCache({ l1: false })];
    const tenant = closing.forTenant(id);
    await tenant.set('r', 'tagged', 'old', { tags: ['t'] });
    await tenant.set('r', 'deleted', 'old');
    await tenant.set('r', 'set', 'old');
    const changes = [tenant.invalidateTags(['t']), tenant.delete('r', 'deleted'), tenant.set('r', 'set', 'new')];
    await closing.close();
    await Promise.all(changes);
    const found = await reader.forTenant(id).getMany('r', ['tagged', 'deleted', 'set']);
    expect([...found]).toEqual([['set', 'new']]);
  });

  it('gives up a load that does not end, and tells its factory', async () => {
    const cache = redisCache();
    let told: AbortSignal | undefined;
    const hanging = cache.forTenant(randomUUID()).getOrSet('r', 'k', ({ signal }) => {
      told = signal;
      return new Promise(() => {});
    });
    const given = expect(hanging).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    while (told === undefined) await new Promise(setImmediate);
    await cache.close();
    await given;
    expect(told.aborted).toBe(true);
  });
});

describe('sealed writes of one key that meet', () => {
  it('all come through, in one process and from two, and the last of one process is what is read', async () => {
    const id = randomUUID();
    const encryption = { keys: { one: randomBytes(32) }, activeKeyId: 'one' };
    const [near, far] = [redisCache({ encryption }), redisCache({ encryption })];
    const all = Array.from({ length: 50 }, (_, n) => near.forTenant(id).set('r', 'k', n));
    expect((await Promise.all(all)).every(({ stored }) => stored)).toBe(true);
    expect(await near.forTenant(id).get('r', 'k')).toBe(49);
    const both = [near, far].flatMap((cache) =>
      Array.from({ length: 10 }, (_, n) => cache.forTenant(id).set('r', 'k', n)),
    );
    await Promise.all(both);
    expect(await redisCache({ encryption }).forTenant(id).get('r', 'k')).toBe(9);
    expect((await near.forTenant(id).usage()).entries).toBe(1);
  });
});
