import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createTenantCache, defineResource } from '../../src/index.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { EncryptedTenant, freshTenantName } from './stored-entries.js';

const clean = () => {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(([] as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
};
/** Spelled as text: an object literal cannot carry __proto__ as a field. */
const POLLUTING = '{"polluted":true,"get":"polluted","toJSON":"polluted"}';

describe('attack 6: prototype pollution through cached JSON', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(testRedisUrl());
  });
  afterAll(() => redis.quit());

  it.each([
    ['a plain document', `{"__proto__":${POLLUTING}}`],
    ['a constructor', `{"constructor":{"prototype":${POLLUTING}}}`],
    ['a list', `[{"__proto__":${POLLUTING}}]`],
    ['a tagged document', `\x01{"__proto__":${POLLUTING},"at":{"$t":["date",1]}}`],
    ['tags below __proto__', `\x01{"__proto__":{"polluted":{"$t":["number","NaN"]}}}`],
    ['a __proto__ that is a tag', `\x01{"__proto__":{"$t":["object",[["polluted",true]]]}}`],
    ['pairs', `\x01{"$t":["object",[["__proto__",${POLLUTING}],["constructor",${POLLUTING}]]]}`],
    ['a tag by the name of a prototype', '\x01{"$t":["__proto__",{"polluted":true}]}'],
    ['a tag by the name of a method', '\x01{"$t":["constructor","polluted"]}'],
    ['a map', `\x01{"$t":["map",[["__proto__",${POLLUTING}]]]}`],
  ])('reads %s as data, or not at all', async (_name, text) => {
    const tenant = new EncryptedTenant(redis, { compression: false });
    await tenant.set('k', 'good');
    await tenant.plant('k', Buffer.from(text));
    const value = await tenant.get('k');
    if (value !== undefined) {
      const holder = Array.isArray(value) ? value[0] : value;
      expect([Object.prototype, Map.prototype]).toContain(Object.getPrototypeOf(holder));
      expect(holder.polluted).toBeUndefined();
      // What was read can be merged by the usual means without harm.
      expect(({ ...holder } as { polluted?: unknown }).polluted).toBeUndefined();
    }
    clean();
    await tenant.close();
  });
});

describe('attack 6: prototype pollution through values and options', () => {
  it('stores fields named __proto__ as fields', async () => {
    const cache = createTenantCache({ tenants: { default: { quotaBytes: 1_000_000 } }, l1: false });
    const tenant = cache.forTenant(freshTenantName());
    const value = { body: JSON.parse(`{"__proto__":${POLLUTING},"at":1}`), at: new Date(1) };
    await tenant.set('r', '__proto__', value);
    const read = (await tenant.get('r', '__proto__')) as { body: object };
    expect(read).toStrictEqual(value);
    expect(Object.getPrototypeOf(read.body)).toBe(Object.prototype);
    clean();
    await cache.close();
  });

  it.each([
    ['createTenantCache', (options: object) => createTenantCache({ tenants: { default: {} }, ...options } as never)],
    ['compression', (compression: object) => createTenantCache({ tenants: { default: {} }, compression } as never)],
    ['encryption', (encryption: object) => createTenantCache({ tenants: { default: {} }, encryption } as never)],
    ['l1', (l1: object) => createTenantCache({ tenants: { default: {} }, l1 } as never)],
    ['breaker', (breaker: object) => createTenantCache({ tenants: { default: {} }, breaker } as never)],
    ['defineResource', (options: object) => defineResource('r', options)],
  ])('%s refuses options that carry a prototype', (_name, open) => {
    for (const text of ['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}']) {
      expect(() => open(JSON.parse(text))).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
    clean();
  });

  it('finds no key of encryption on the prototype', () => {
    const keys = JSON.parse('{"__proto__":{"k1":"polluted"}}');
    for (const activeKeyId of ['__proto__', 'constructor', 'k1', 'toString']) {
      expect(() =>
        createTenantCache({ tenants: { default: { quotaBytes: 1 } }, encryption: { keys, activeKeyId } }),
      ).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
  });
});
