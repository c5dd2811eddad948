import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { defineResource } from '../../src/index.js';
import { closeCaches, memoryCache } from '../fakes/memory-cache.js';
import { AdminApp, bearer } from '../unit/http/admin-app.js';

afterEach(closeCaches);

/** No time and no size: each as a number, and as a text where texts are taken. */
const NUMBERS = [
  ...[-1, -0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE, 2 ** 53, 1e21],
  ...['-1s', '1e9d', 'NaN', 'Infinity', '0x10s', '1 s', '999999999999d', '', '１s', '1s\n'],
  ...[[], {}, true, 10n],
];
const named = NUMBERS.map((value) => [typeof value === 'bigint' ? '10n' : String(value as string), value] as const);

describe('attack 30: times and sizes that are negative, not numbers, or huge', () => {
  it.each(named)('%s is refused as the time of an entry, and nothing is stored or loaded', async (_, ttl) => {
    const { a } = memoryCache();
    let loads = 0;
    const load = () => ++loads;
    for (const options of [{ ttl }, { ttl: '1s', grace: ttl }] as never[]) {
      for (const call of [() => a.set('r', 'k', 1, options), () => a.getOrSet('r', 'k', load, options)]) {
        await expect((async () => call())()).rejects.toMatchObject({ code: 'OPTION_INVALID' });
      }
    }
    expect(loads).toBe(0);
    expect(await a.get('r', 'k')).toBeUndefined();
    expect((await a.usage()).usedBytes).toBe(0);
  });

  it.each(named)('%s is refused as an option of a cache or a resource', (_, value) => {
    for (const options of [{ defaultTtl: value }, { maxDecodedBytes: value }, { redisTimeout: value }]) {
      expect(() => memoryCache(options as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
    for (const options of [{ ttl: value }, { maxEntryBytes: value }]) {
      expect(() => defineResource('r', options as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
    expect(() => memoryCache({ tenants: { default: { quotaBytes: value as never } } })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });

  it.each(['-1', '0', '1.5', '1e999', '1e21', '9007199254740993', 'NaN', '"1"', 'null', '[1]', '{}', 'true', '-0'])(
    '%s is refused as a quota of the admin API',
    async (number) => {
      const fixture = new AdminApp();
      for (const field of ['quotaMb', 'overageLimitMb']) {
        if (field === 'overageLimitMb' && /^-?0$/.test(number)) continue;
        const sent = `{"${field}":${number},"reason":"because"}`;
        const call = request(fixture.app)
          .patch('/admin/tenants/acme/quota')
          .set(bearer('admin'))
          .set('If-Match', '"1"');
        await call.type('json').send(sent).expect(400);
      }
      expect(await fixture.directory.find('acme' as never)).toMatchObject({ version: 1 });
      expect(fixture.errors).toEqual([]);
    },
  );

  it.each(['-1', '0', '1e3', '1.5', 'NaN', '+1', ' 1', '١', '99999999999999999999', '0x1'])(
    '%s is no page, and no size of one',
    async (number) => {
      for (const name of ['page', 'pageSize']) {
        for (const path of ['tenants', 'audit']) {
          const call = request(new AdminApp().app)
            .get(`/admin/${path}`)
            .query({ [name]: number });
          await call.set(bearer('admin')).expect(400);
        }
      }
    },
  );
});
