import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AdminEntries } from '../../src/cache/admin-entries.js';
import { TenantCache } from '../../src/cache/tenant-cache.js';
import { type CacheOptions, resolveCacheOptions } from '../../src/core/cache-options.js';
import type { InvalidationTarget } from '../../src/core/entries.js';
import { EventHub } from '../../src/core/events.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { type Engine, openEngine } from '../../src/open-engine.js';
import { openDirectory } from '../../src/open-stores.js';
import { until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';

interface Process {
  readonly parts: Engine;
  readonly entries: AdminEntries;
  handle(tenant: TenantId): TenantCache;
  close(): Promise<void>;
}

/** What a process is made of, as far as entries are concerned. */
function open(options: Partial<CacheOptions> = {}): Process {
  const resolved = resolveCacheOptions({
    redis: { url: testRedisUrl() },
    tenants: { default: { quotaBytes: 10_000_000 } },
    redisTimeout: '5s',
    upkeep: false,
    ...options,
  });
  const parts = openEngine(resolved, openDirectory(resolved), new EventHub());
  const { engine, registry, store, bus, upkeep } = parts;
  return {
    parts,
    entries: new AdminEntries(engine, upkeep, store),
    handle: (tenant) => new TenantCache(engine, registry.get(tenant)),
    close: async () => {
      await engine.close();
      await Promise.all([store.close(), bus.close()]);
    },
  };
}

describe('entries as admins reach them', () => {
  let [near, far]: Process[] = [];
  let tenant: TenantId;

  beforeEach(async () => {
    tenant = tenantId(`t-${randomUUID()}`);
    [near, far] = [open(), open()];
    await Promise.all([near, far].map((each) => each?.parts.store.ready()));
    await Promise.all([near, far].map((each) => each?.handle(tenant).usage()));
  });
  afterEach(async () => {
    await near?.handle(tenant).clear();
    await Promise.all([near?.close(), far?.close()]);
  });
  const both = () => [near, far] as [Process, Process];

  it.each<InvalidationTarget>([
    { kind: 'keys', resource: 'r', keys: ['k', 'none'] },
    { kind: 'tags', tags: ['other', 'tag'] },
    { kind: 'resource', resource: 'r' },
    { kind: 'prefix', resource: 'r', prefix: 'k' },
  ])('make every process forget what they name: $kind', async (target) => {
    const [a, b] = both();
    for (const resource of ['r', 'kept'])
      await a.handle(tenant).set(resource, 'k', 'old', { tags: resource === 'r' ? ['tag'] : [] });
    await until(async () => {
      await Promise.all([a, b].map((each) => each.handle(tenant).get('r', 'k')));
      return [a, b].every((each) => each.handle(tenant).metrics().l1Hits > 0);
    });
    const report = await a.entries.invalidate(tenant, target);
    expect(report).toEqual({ deleted: target.kind === 'keys' ? 1 : undefined, pending: false });
    expect(await a.handle(tenant).get('r', 'k')).toBeUndefined();
    await until(async () => (await b.handle(tenant).get('r', 'k')) === undefined);
    expect(await b.handle(tenant).get('kept', 'k')).toBe('old');
    expect((await b.entries.browse(tenant, { count: 10 })).items.map(({ resource }) => resource)).toEqual(['kept']);
  });

  it('reach a tenant that is suspended, whose handles refuse', async () => {
    const [a, b] = both();
    await a.handle(tenant).set('r', 'k', 1);
    a.parts.registry.get(tenant).suspended = true;
    await expect(a.handle(tenant).delete('r', 'k')).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
    expect(await a.entries.describe(tenant, 'r', 'k')).toMatchObject({ key: 'k' });
    expect(await a.entries.invalidate(tenant, { kind: 'keys', resource: 'r', keys: ['k'] })).toMatchObject({
      deleted: 1,
    });
    expect(await b.handle(tenant).get('r', 'k')).toBeUndefined();
  });

  it('count neither as requests nor as uses', async () => {
    const [a, b] = both();
    await a.handle(tenant).set('r', 'k', { a: 1 });
    const client = a.parts.store;
    const before = await client.get(tenant, 'r:k' as never);
    await b.entries.browse(tenant, { count: 10 });
    await b.entries.describe(tenant, 'r', 'k');
    await b.entries.value(tenant, 'r', 'k', 1_000);
    expect(b.handle(tenant).metrics()).toMatchObject({ requests: 0, l1Hits: 0, l2Hits: 0, misses: 0 });
    expect(await client.get(tenant, 'r:k' as never)).toEqual(before);
  });

  it('tell of an entry what is stored of it, sealed and compressed as well', async () => {
    const sealed = open({ encryption: { keys: { a: Buffer.alloc(32, 1).fill(2, 3) }, activeKeyId: 'a' } });
    try {
      const text = 'x'.repeat(50_000);
      await sealed.handle(tenant).set('r', 'k', text, { ttl: '1h', grace: '1h', tags: ['t'] });
      const found = await sealed.entries.describe(tenant, 'r', 'k');
      expect(found).toMatchObject({
        sealed: true,
        compression: 'deflate',
        state: 'fresh',
        tags: ['t'],
        unreadable: undefined,
      });
      expect(found?.valueBytes).toBe(text.length + 2);
      expect(found?.payloadBytes).toBeLessThan(2_000);
      expect(await sealed.entries.value(tenant, 'r', 'k', 100_000)).toMatchObject({
        value: { shown: true, json: text },
      });
      // Who has no key learns that it is there, and nothing of what it holds.
      const [a] = both();
      expect(await a.entries.describe(tenant, 'r', 'k')).toMatchObject({
        sealed: true,
        unreadable: 'unknown-key',
        valueBytes: undefined,
      });
      expect((await a.entries.value(tenant, 'r', 'k', 100_000))?.value).toEqual({ shown: false, why: 'unreadable' });
      // And what is there in the clear is not read where a key is asked for.
      await a.handle(tenant).set('r', 'plain', 1);
      expect(await sealed.entries.describe(tenant, 'r', 'plain')).toMatchObject({ unreadable: 'not-sealed' });
    } finally {
      await sealed.close();
    }
  });

  it('lists under their sizes what the account counts', async () => {
    const [a] = both();
    for (let n = 0; n < 50; n++)
      await a.handle(tenant).set('r', `k${n}`, 'x'.repeat(n * 10), { tags: n % 2 ? ['t'] : [] });
    const { items } = await a.entries.browse(tenant, { count: 100 });
    const described = await Promise.all(items.map(({ resource, key }) => a.entries.describe(tenant, resource, key)));
    expect(described.map((each) => each?.sizeBytes)).toEqual(items.map(({ sizeBytes }) => sizeBytes));
    expect(described.map((each) => each?.expiresAtMs)).toEqual(items.map(({ expiresAtMs }) => expiresAtMs));
    expect(items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe((await a.handle(tenant).usage()).usedBytes);
  });

  it('say that the store has yet to hear of it where it is bypassed, and refuse to read', async () => {
    const [a] = both();
    await a.handle(tenant).set('r', 'k', 1);
    a.parts.fleet.accept({
      ...a.parts.fleet.record,
      sharedStoreBypassed: true,
      version: a.parts.fleet.record.version + 1,
    });
    await expect(a.entries.browse(tenant, { count: 1 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(a.entries.describe(tenant, 'r', 'k')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const target = { kind: 'keys', resource: 'r', keys: ['k'] } as const;
    expect(await a.entries.invalidate(tenant, target)).toEqual({ deleted: undefined, pending: true });
    expect(await a.parts.upkeep.health()).toMatchObject({ bypassed: true, state: 'up' });
    a.parts.fleet.accept({
      ...a.parts.fleet.record,
      sharedStoreBypassed: false,
      version: a.parts.fleet.record.version + 1,
    });
    await until(async () => (await a.entries.describe(tenant, 'r', 'k')) === undefined);
    expect((await a.entries.invalidate(tenant, target)).pending).toBe(false);
  });

  it('are what their names say: nothing is done to others by a hostile name', async () => {
    const [a, b] = both();
    const other = tenantId(`t-${randomUUID()}`);
    const keys = [
      '*',
      'k*',
      '../k',
      `}:r:k`,
      `tenant:{${other}}:r:k`,
      'k\r\nFLUSHALL\r\n',
      'k\u0000',
      '[k]',
      "k'--",
      '\\k',
    ];
    for (const each of [tenant, other]) for (const key of ['k', ...keys]) await b.handle(each).set('r', key, key);
    for (const key of keys) {
      expect(await a.entries.describe(tenant, 'r', key)).toMatchObject({ key });
      expect(await a.entries.invalidate(tenant, { kind: 'keys', resource: 'r', keys: [key] })).toMatchObject({
        deleted: 1,
      });
    }
    await a.entries.invalidate(tenant, { kind: 'prefix', resource: 'r', prefix: '*' });
    await a.entries.invalidate(tenant, { kind: 'tags', tags: ['*', 'r', '.*'] });
    expect((await a.entries.browse(tenant, { count: 100 })).items.map(({ key }) => key)).toEqual(['k']);
    expect((await a.entries.browse(other, { count: 100 })).items).toHaveLength(keys.length + 1);
    for (const name of ['', 'a:b', '*', '__proto__:', '{x}']) {
      await expect(a.entries.describe(tenant, name, 'k')).rejects.toMatchObject({ code: 'RESOURCE_INVALID' });
      await expect(a.entries.browse(tenant, { resource: name, count: 1 })).rejects.toMatchObject({
        code: 'RESOURCE_INVALID',
      });
    }
    await a.handle(other).clear();
  });
});
