import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { gate } from '../fakes/memory-cache.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';

afterEach(closeRedisCaches);

describe('writeBehind on a handle', () => {
  it('is read by every process once acknowledged, also where the cached entry is gone, until it is persisted', async () => {
    const id = randomUUID();
    const source = new Map([['k', 'old']]);
    const { promise, release } = gate();
    const persist = async ({ tenantId, key, value }: { tenantId: string; key: string; value: unknown }) => {
      await promise;
      // A process serves the queues of all tenants, those of other tests as well.
      if (tenantId === id) source.set(key, value as string);
    };
    const [writer, reader] = [redisCache({ writeBehind: { persist } }), redisCache({ writeBehind: { persist } })];
    const load = () => source.get('k') as string;
    expect(await reader.forTenant(id).getOrSet('r', 'k', load)).toBe('old');
    expect(await writer.forTenant(id).writeBehind('r', 'k', 'new')).toMatchObject({ stored: true });
    for (const cache of [writer, reader]) {
      await cache.forTenant(id).clear();
      expect(await cache.forTenant(id).get('r', 'k')).toBe('new');
      expect(await cache.forTenant(id).getOrSet('r', 'k', load)).toBe('new');
      expect(await cache.forTenant(id).getOrSetMany('r', ['k'], () => ({ k: 'loaded' }))).toEqual(
        new Map([['k', 'new']]),
      );
    }
    expect(source.get('k')).toBe('old');
    release();
    while ((await writer.writeBehind?.pending(id))?.items !== 0) await new Promise(setImmediate);
    expect(source.get('k')).toBe('new');
    await writer.forTenant(id).clear();
    expect(await reader.forTenant(id).getOrSet('r', 'k', load)).toBe('new');
  });

  it('refuses without the option, and what cannot be queued, and leaves the cache as it was', async () => {
    const id = randomUUID();
    const refused = redisCache().forTenant(id).writeBehind('r', 'k', 1);
    await expect(refused).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const cache = redisCache({ writeBehind: { persist: () => Promise.reject(new Error('away')), maxQueuedItems: 1 } });
    const tenant = cache.forTenant(id);
    await tenant.writeBehind('r', 'k', 1);
    await expect(tenant.writeBehind('r', 'other', 2)).rejects.toMatchObject({ code: 'WRITE_BEHIND_FULL' });
    expect(await tenant.get('r', 'other')).toBeUndefined();
    await expect(tenant.writeBehind('r', 'f', () => 1)).rejects.toMatchObject({ code: 'VALUE_NOT_CACHEABLE' });
  });
});

describe('writeThrough on a handle', () => {
  it('persists first, and is then read by every process', async () => {
    const id = randomUUID();
    const [writer, reader] = [redisCache().forTenant(id), redisCache().forTenant(id)];
    const source = new Map([['k', 'old']]);
    const load = () => source.get('k') as string;
    await reader.getOrSet('r', 'k', load);
    const persist = async (value: string, context: { tenantId: string }) => {
      expect(context.tenantId).toBe(id);
      source.set('k', value);
    };
    expect(await writer.writeThrough('r', 'k', 'new', persist)).toMatchObject({ stored: true });
    expect(await writer.getOrSet('r', 'k', () => 'not asked')).toBe('new');
    while ((await reader.getOrSet('r', 'k', load)) !== 'new') await new Promise(setImmediate);
  });

  it('that cannot be persisted, or is none, changes nothing', async () => {
    const tenant = redisCache().forTenant(randomUUID());
    await tenant.set('r', 'k', 'old');
    const failing = tenant.writeThrough('r', 'k', 'new', () => Promise.reject(new Error('constraint')));
    await expect(failing).rejects.toThrow('constraint');
    const persisted: unknown[] = [];
    const unfit = tenant.writeThrough('r', 'k', { run() {} }, (value) => persisted.push(value));
    await expect(unfit).rejects.toMatchObject({ code: 'VALUE_NOT_CACHEABLE' });
    const none = tenant.writeThrough('r', 'k', 'new', undefined as never);
    await expect(none).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect([await tenant.get('r', 'k'), persisted]).toEqual(['old', []]);
  });

  it('drops the old value where the quota has no room for the new one', async () => {
    const tenants = { default: { quotaBytes: 2_000 } };
    const tenant = redisCache({ tenants, compression: false }).forTenant(randomUUID());
    await tenant.set('r', 'k', 'old');
    expect(await tenant.writeThrough('r', 'k', 'x'.repeat(5_000), () => {})).toMatchObject({ stored: false });
    expect(await tenant.get('r', 'k')).toBeUndefined();
  });
});
