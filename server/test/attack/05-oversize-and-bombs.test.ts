import { brotliCompressSync, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { EncryptedTenant, freshTenantName } from './stored-entries.js';

const MIB = 1024 * 1024;

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

describe('attack 5: names and values that are too large', () => {
  let cache: TenantCacheServer;
  beforeAll(() => {
    cache = createTenantCache({
      tenants: { default: { quotaBytes: 100 * MIB } },
      maxDecodedBytes: MIB,
    });
  });
  afterAll(() => cache.close());

  it('refuses a key of 64 kB on every way in', async () => {
    const tenant = cache.forTenant(freshTenantName());
    const key = 'k'.repeat(64 * 1024);
    const load = jest.fn(() => 1);
    for (const call of [
      () => tenant.get('r', key),
      () => tenant.set('r', key, 1),
      () => tenant.getOrSet('r', key, load),
      () => tenant.delete('r', key),
      () => tenant.getMany('r', ['short', key]),
    ]) {
      await expect((async () => call())()).rejects.toMatchObject({ code: 'KEY_INVALID' });
    }
    expect(load).not.toHaveBeenCalled();
  });

  it('refuses a value above the limit before it is written out', async () => {
    const tenant = cache.forTenant(freshTenantName());
    const stringify = jest.spyOn(JSON, 'stringify');
    for (const value of ['x'.repeat(2 * MIB), new Array(MIB).fill(0), { bytes: Buffer.alloc(2 * MIB) }]) {
      await expect(tenant.set('r', 'k', value)).rejects.toMatchObject({ code: 'ENTRY_TOO_LARGE', status: 413 });
    }
    expect(stringify.mock.calls.filter(([value]) => JSON.stringify(value)?.length > MIB)).toEqual([]);
    stringify.mockRestore();
    expect(await tenant.get('r', 'k')).toBeUndefined();
  });

  it('refuses a value of too many levels, and of endlessly many', async () => {
    const tenant = cache.forTenant(freshTenantName());
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    for (const value of [nested(501), nested(100_000), cycle]) {
      await expect(tenant.set('r', 'k', value)).rejects.toMatchObject({ code: 'VALUE_NOT_CACHEABLE' });
    }
  });
});

describe('attack 5: entries in Redis that unpack to more than they should', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(testRedisUrl());
  });
  afterAll(() => redis.quit());

  const sized = (mark: number, sizeBytes: number, data: Buffer) => {
    const header = Buffer.of(mark, 0, 0, 0, 0);
    header.writeUInt32BE(sizeBytes, 1);
    return Buffer.concat([header, data]);
  };
  const brotli = brotliCompressSync(Buffer.alloc(100 * MIB, ' '));
  const deflate = deflateRawSync(Buffer.alloc(100 * MIB, ' '));

  it.each([
    ['a brotli bomb', sized(0x81, 100 * MIB, brotli), 'too-large'],
    ['a brotli bomb that says it is small', sized(0x81, 1_000, brotli), 'too-large'],
    ['a brotli bomb that says it just fits', sized(0x81, MIB, brotli), 'too-large'],
    ['a deflate bomb', sized(0x82, 100 * MIB, deflate), 'too-large'],
    ['a deflate bomb that says it is small', sized(0x82, 1_000, deflate), 'too-large'],
    ['a document that is too large as it is', Buffer.alloc(2 * MIB, ' '), 'too-large'],
    ['lists in lists, 100,000 levels', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), 'codec'],
    ['objects in objects, 100,000 levels', Buffer.from(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`), 'codec'],
    ['deep tags', Buffer.from(`\x01${'{"$t":["set",['.repeat(50_000)}${']]}'.repeat(50_000)}`), 'codec'],
    ['a number of a million digits', Buffer.from(`\x01{"$t":["bigint","${'9'.repeat(400_000)}x"]}`), 'codec'],
  ])('takes %s as a miss, counted', async (_name, payload, reason) => {
    const tenant = new EncryptedTenant(redis, { maxDecodedBytes: MIB });
    await tenant.set('k', 'good');
    await tenant.plant('k', payload);
    expect(await tenant.get('k')).toBeUndefined();
    expect(tenant.unreadable).toEqual([reason]);
    expect(await tenant.load('k', () => 'loaded')).toBe('loaded');
    expect(await tenant.get('k')).toBe('loaded');
    await tenant.close();
  });
});
