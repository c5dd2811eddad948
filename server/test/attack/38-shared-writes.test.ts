import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import request from 'supertest';
import { TenantCacheError } from '../../src/core/errors.js';
import { problemHandler, type TenantCache, type TenantCacheServer } from '../../src/index.js';
import { META_KINDS } from '../../src/l2/redis-keys.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { Dice } from './hostile-names.js';

const ATTEMPTS = 100_000;
const SIDE_BY_SIDE = 64;
const GROUPS = ['binance:BTC/USDT', 'binance:ETH/USDT', 'AAPL'];
const { stackTraceLimit } = Error;

/** Names in the words of datasets and of what the code keeps of them. */
const WORDS = fc.constantFrom(
  ...[
    'shared',
    'shared:',
    '{shared:',
    '{',
    '}',
    '}:',
    ':',
    '::',
    '{binance',
    'binance:BTC/USDT',
    'BTC/USDT}:price',
    'price',
  ],
  ...[
    'meta:',
    'meta:shared:',
    'tenant:',
    'state',
    'lru',
    'exp',
    'inv',
    'bus',
    '__proto__',
    'constructor',
    'prototype',
    '~',
  ],
  ...['', ' ', '\0', '*', '%7B', '\\', '../', '$t', 'a', 'AAPL', 'ö', '\ud800', 'x'.repeat(300)],
);

describe('attack 38: tenants that want to write what all tenants read', () => {
  let client: Redis;

  beforeAll(() => {
    Error.stackTraceLimit = 0;
    client = new Redis(testRedisUrl());
  });
  afterEach(closeRedisCaches);
  afterAll(async () => {
    Error.stackTraceLimit = stackTraceLimit;
    await client.quit();
  });

  it(`${ATTEMPTS.toLocaleString('en')} attempts change no byte of the dataset`, async () => {
    const seed = randomInt(2 ** 31);
    const stage = await open(client);
    const { cache, dataset, account } = stage;
    const names = fc.oneof(
      {
        weight: 1,
        arbitrary: fc.constantFrom(account, `{${account}}`, `${account}:{binance:BTC/USDT}:price`, dataset),
      },
      { weight: 3, arbitrary: fc.array(WORDS, { minLength: 1, maxLength: 4 }).map((words) => words.join('')) },
    );
    const attempt = fc.record({ how: fc.nat(HOSTILE.length - 1), names: fc.tuple(names, names, names), n: fc.nat() });
    const attempts = fc.sample(attempt, { numRuns: ATTEMPTS, seed });
    const dice = new Dice(seed);
    const done = new Map<number, number>();
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, async (_, lane) => {
        for (let n = lane; n < attempts.length; n += SIDE_BY_SIDE) {
          const { how, names: given, n: number } = attempts[n] as (typeof attempts)[0];
          const tenant = `evil-${stage.run}-${number % 3}`;
          try {
            await cache.runAs(tenant, () => HOSTILE[how]?.({ cache, dataset, given, dice, handle: cache.current() }));
            done.set(how, (done.get(how) ?? 0) + 1);
          } catch (error) {
            if (!isRefusal(error))
              throw new Error(`seed ${seed}, attempt ${n}: ${JSON.stringify(given)}`, { cause: error });
          }
        }
      }),
    );
    assert.deepEqual(await stage.bytes(), stage.before, `seed ${seed}`);
    await stage.readsAsBefore();
    // A way that never gets through to anything tries nothing.
    assert.ok(done.size > HOSTILE.length / 2, `${done.size} of ${HOSTILE.length} ways did something`);
  }, 300_000);

  it('over HTTP, with the names of datasets as tenants, keys, resources and prefixes', async () => {
    const stage = await open(client);
    const { cache, account, dataset } = stage;
    const app = express();
    app.use('/admin', cache.adminRouter({ authorize: () => ({ actor: 'mallory', role: 'admin' }), rateLimit: false }));
    app.use(cache.middleware({ tenant: (req) => req.get('x-tenant') }));
    app.use('/own', cache.tenantRouter({ rateLimit: false }));
    app.get(
      '/page/*path',
      cache.response({ ttl: '1m', key: (req) => String(req.query.key) }),
      (_req, res) => void res.end('x'),
    );
    app.use(problemHandler());
    const ids = [account, `{${account}}`, dataset, `${account}:`, `shared%3A${dataset}`, encodeURIComponent(account)];
    const body = { reason: 'to try what happens' };
    for (const id of ids) {
      const at = `/admin/tenants/${encodeURIComponent(id)}`;
      await request(app).post(`${at}/clear`).send(body);
      await request(app).delete(at).send(body);
      await request(app).post(`${at}/reconcile`).send(body);
      await request(app)
        .patch(`${at}/quota`)
        .set('If-Match', '"1"')
        .send({ quotaMb: 1, ...body });
      await request(app)
        .post('/admin/tenants')
        .send({ tenantId: id, name: 'x', plan: 'default', ...body });
      for (const target of [
        { resource: '{binance' },
        { resource: '{binance', prefix: 'BTC' },
        { resource: '{binance', keys: ['BTC/USDT}:price'] },
        { tags: [account] },
      ]) {
        await request(app)
          .post(`${at}/invalidate`)
          .send({ ...target, ...body });
        await request(app)
          .post(`${at}/entries/invalidate`)
          .send({ ...target, ...body });
        await request(app).post('/own/invalidate').set('x-tenant', id).send(target);
        await request(app).post('/own/entries/invalidate').set('x-tenant', `evil-${stage.run}`).send(target);
      }
      for (const tenant of [id, `evil-${stage.run}`])
        await request(app)
          .get(`/page/${encodeURIComponent(id)}`)
          .query({ key: `${account}:{binance:BTC/USDT}:price` })
          .set('x-tenant', tenant);
    }
    assert.deepEqual(await stage.bytes(), stage.before);
    await stage.readsAsBefore();
  }, 300_000);

  it('nothing that changes anything can be reached from what a tenant holds, nor can it be changed itself', async () => {
    const stage = await open(client);
    const { cache, dataset } = stage;
    const held = cache.shared(dataset);
    const seen = new Set<unknown>([Object.prototype, Function.prototype, Object.getPrototypeOf(async () => {})]);
    const functions: ((...args: unknown[]) => unknown)[] = [];
    const walk = (value: unknown): void => {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
      seen.add(value);
      if (typeof value === 'function') functions.push(value as (typeof functions)[0]);
      for (const name of Reflect.ownKeys(value)) {
        const { value: item, get, set } = Object.getOwnPropertyDescriptor(value, name) ?? {};
        for (const part of [item, get, set]) walk(part);
      }
      walk(Object.getPrototypeOf(value));
    };
    walk(held);
    assert.deepEqual(functions.map(({ name }) => name).sort(), ['TenantDataset', 'get', 'getMany']);
    for (const target of [held, Object.getPrototypeOf(held), held.constructor]) {
      assert.ok(Object.isFrozen(target));
      for (const name of ['get', 'getMany', 'set', 'dataset', '__proto__'])
        assert.throws(() => Object.defineProperty(target, name, { value: () => 'mine' }), TypeError);
      assert.throws(() => Object.setPrototypeOf(target, { set() {} }), TypeError);
    }
    // With handles of its own making it reaches what it brought itself.
    for (const made of functions) {
      for (const args of [[], [dataset, held, held], [dataset, {}, { tenant: () => 'evil', admit() {} }]]) {
        await cache
          .runAs('evil', async () => Reflect.construct(made, args))
          .catch((error) => assert.ok(error instanceof TypeError));
        await cache
          .runAs('evil', async () => Reflect.apply(made, held, args))
          .catch((error) => assert.ok(isRefusal(error)));
        await cache
          .runAs('evil', async () => Reflect.apply(made, { dataset }, args))
          .catch((error) => assert.ok(isRefusal(error)));
      }
    }
    assert.deepEqual(await stage.bytes(), stage.before);
    await stage.readsAsBefore();
  });
});

interface Attempt {
  readonly cache: TenantCacheServer;
  readonly dataset: string;
  readonly given: readonly [string, string, string];
  readonly dice: Dice;
  readonly handle: TenantCache;
}

/** What a tenant's code can call: its own handle, the dataset's, and whatever makes a handle of a name. */
const HOSTILE: readonly ((attempt: Attempt) => unknown)[] = [
  ({ handle, given: [resource, key, value] }) => handle.set(resource, key, value, { tags: ['t'] }),
  ({ handle, given: [, key, value] }) => handle.set('r', key, value, { tags: [key] }),
  ({ handle, given: [, , value] }) => handle.set('shared', 'market:{binance:BTC/USDT}:price', value),
  ({ handle, given: [resource, key, value] }) => handle.setMany(resource, [[key, value]]),
  ({ handle, given: [resource, key, value] }) => handle.getOrSet(resource, key, () => value),
  ({ handle, given: [, key, value] }) =>
    handle.getOrSetMany('r', [key, '{binance:BTC/USDT}:price'], () => ({ [key]: value })),
  ({ handle, given: [resource, key, value] }) => handle.writeThrough(resource, key, value, () => {}),
  ({ handle, given: [resource, key] }) => handle.delete(resource, key),
  ({ handle, given: [resource, key, other] }) => handle.deleteMany(resource, [key, other]),
  ({ handle, given }) => handle.invalidateTags(given),
  ({ handle, given: [resource] }) => handle.invalidateResource(resource),
  ({ handle, given: [resource, prefix] }) => handle.invalidatePrefix(resource, prefix),
  ({ handle, given: [resource, prefix] }) => handle.invalidatePrefix({ name: resource } as never, prefix),
  ({ handle }) => handle.clear(),
  ({ cache, given: [id, key, value] }) => cache.forTenant(id).set('r', key, value),
  ({ cache, given: [id] }) => cache.forTenant(id).clear(),
  ({ cache, given: [id] }) => cache.runAs(id, () => cache.current().clear()),
  ({ cache, given: [id] }) => cache.reconcile(id, { orphans: false }),
  ({ cache, dataset, given: [group, kind] }) => cache.shared(dataset).get(group, kind),
  ({ cache, dataset, given: [group, kind, other] }) => cache.shared(dataset).getMany([group, other, 'AAPL'], kind),
  ({ cache, dataset, given: [group, , other] }) => cache.shared(dataset).getMany([group, other], 'price'),
  ({ cache, dataset, dice, given: [name, key, value] }) => {
    // What it has and what it is given back, tried as if it could be written.
    const held = cache.shared(dataset) as unknown as Record<string, unknown>;
    const method = dice.pick(['set', 'delete', 'clear', 'define', 'invalidateGroup', 'refresh', 'getOrSet', name]);
    const found = held[method];
    return typeof found === 'function'
      ? (found as (...args: string[]) => unknown).call(held, name, key, value)
      : undefined;
  },
  async ({ cache, dataset, dice, given: [name, , value] }) => {
    const price = (await cache.shared(dataset).get<object>(dice.pick(GROUPS), 'price')) as object;
    assertFrozen(price, name, value);
    assertFrozen((price as { deep: object }).deep, name, value);
  },
  ({ cache, dataset, given: [name] }) => {
    const held = cache.shared(dataset);
    assertFrozen(held, name, 1);
    assertFrozen(Object.getPrototypeOf(held), name, 1);
    assert.equal(Reflect.deleteProperty(Object.getPrototypeOf(held), 'get'), false);
  },
  ({ cache, dataset, given: [name] }) => cache.shared(dataset === name ? `${name}x` : name),
];

/** Setting `__proto__` to what is no object is no change, and no error either. */
function assertFrozen(target: object, name: string, value: unknown): void {
  assert.equal(Reflect.set(target, name, value), name === '__proto__');
  assert.ok(Object.isFrozen(target));
}

function isRefusal(error: unknown): boolean {
  return error instanceof TenantCacheError || error instanceof TypeError;
}

/** A dataset with content, and what Redis holds of it, byte by byte. */
async function open(client: Redis) {
  const run = randomUUID().slice(0, 8);
  const dataset = `d${run}`;
  const account = `shared:${dataset}`;
  const cache = redisCache({
    tenants: { default: { quotaBytes: 100_000 } },
    shared: { [dataset]: { rateLimit: false } },
  });
  await cache.ready();
  const platform = cache.platform.shared(dataset);
  for (const group of GROUPS) await platform.set(group, 'price', { price: '1', deep: { of: group } }, { ttl: '1h' });
  await platform.usage();
  const keys = [
    ...GROUPS.map((group) => `${account}:{${group}}:price`),
    ...META_KINDS.filter((kind) => kind !== 'state' && kind !== 'lru').map((kind) => `meta:${account}:${kind}`),
  ];
  // A tenant's own entry may have any name.
  const patterns = [`${account}*`, `{${account}*`, `meta:${account}*`, `meta:{${account}*`];
  // Beside the bytes of each key: which keys there are, and what is counted; reads move nothing but the order of use.
  const bytes = async () => ({
    keys: (await Promise.all(patterns.map((pattern) => client.keys(pattern)))).flat().sort(),
    dumps: await Promise.all(keys.map(async (key) => (await client.dumpBuffer(key))?.toString('base64') ?? null)),
    used: (await client.hgetBuffer(`meta:${account}:state`, 'a'))?.readUIntBE(0, 6),
    used2: (await client.hgetBuffer(`meta:${account}:state`, 'b'))?.toString('base64'),
    members: (await client.zrange(`meta:${account}:lru`, '0', '-1')).sort(),
  });
  const before = await bytes();
  assert.ok(before.keys.length >= GROUPS.length + 3 && before.dumps.filter(Boolean).length >= GROUPS.length);
  const readsAsBefore = async () => {
    const fresh = redisCache({ shared: { [dataset]: {} } });
    for (const reader of [cache, fresh]) {
      const prices = await reader.runAs('honest', () => reader.shared(dataset).getMany(GROUPS, 'price'));
      assert.deepEqual(prices, new Map(GROUPS.map((group) => [group, { price: '1', deep: { of: group } }])));
    }
  };
  return { run, dataset, account, cache, bytes, before, readsAsBefore };
}
