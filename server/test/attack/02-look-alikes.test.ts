import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import request from 'supertest';
import type { TenantDirectory } from '../../src/core/directory.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { fromHeader } from '../../src/tenant/from-header.js';
import { fromJwt } from '../../src/tenant/from-jwt.js';
import { fromSubdomain } from '../../src/tenant/from-subdomain.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';
import { AdminApp, bearer } from '../unit/http/admin-app.js';
import { tenantApp } from '../unit/http/tenant-app.js';
import { LIKE_ACME, TWINS } from './look-alikes.js';

const secret = new TextEncoder().encode('s'.repeat(32));
/** What of them can stand in a path or a query without being something else there. */
const IN_URL = LIKE_ACME.filter((id) => id.trim() === id);
const ACTOR = { id: 'ops@example.com', source: 'api' } as const;

afterEach(closeRedisCaches);

describe('attack 2: a tenant id that looks like another', () => {
  it.each(LIKE_ACME)('%j is refused by the cache, a resolver and a token', async (id) => {
    expect(() => tenantId(id)).toThrow(expect.objectContaining({ code: 'TENANT_INVALID' }));
    const resolved = await request(tenantApp({ tenant: () => id }))
      .get('/')
      .expect(400);
    expect(resolved.body.code).toBe('TENANT_INVALID');
    const token = await new SignJWT({ tenant_id: id }).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    const app = tenantApp({ tenant: fromJwt({ secret }) });
    const claimed = await request(app).get('/').set('authorization', `Bearer ${token}`).expect(400);
    expect(claimed.body.code).toBe('TENANT_INVALID');
  });

  it.each(IN_URL)('%j is refused by the admin API, in a path and in a filter', async (id) => {
    const { app } = new AdminApp();
    const path = `/admin/tenants/${encodeURIComponent(id)}`;
    for (const url of [path, `${path}/quota`, `${path}/usage`]) {
      expect((await request(app).get(url).set(bearer('admin')).expect(400)).body.code).toBe('TENANT_INVALID');
    }
    await request(app)
      .get(`/admin/audit?tenant=${encodeURIComponent(id)}`)
      .set(bearer('admin'))
      .expect(400);
  });

  it('is nobody where it comes as raw bytes of a header or a host', async () => {
    const byHeader = tenantApp({ tenant: fromHeader({ trustedProxy: 'any' }) });
    const byHost = tenantApp({ tenant: fromSubdomain({ baseDomain: 'example.com' }) });
    for (const id of LIKE_ACME.filter((like) => !/^[\s]|[\s\0]$/.test(like))) {
      expect(await raw(byHeader, `Host: a\r\nX-Tenant-Id: ${id}`)).toMatch(/^HTTP\/1\.1 400 /);
      expect(await raw(byHost, `Host: ${id}.example.com`)).toMatch(/^HTTP\/1\.1 40[01] /);
    }
    // The Kelvin sign is `k` in lower case, where a text and not bytes are made lower.
    expect(await raw(byHost, 'Host: \u212aelvin.example.com')).toMatch(/^HTTP\/1\.1 40[01] /);
  });

  it('case tells tenants apart: each has its own entries, its own bytes and its own headers', async () => {
    const run = randomUUID().slice(0, 8);
    const ids = [`acme-${run}`, `ACME-${run}`, `Acme-${run}`];
    const cache = redisCache();
    await cache.ready();
    for (const id of ids) await cache.forTenant(id).set('r', 'k', `of ${id}`);
    const other = redisCache({ l1: false });
    for (const id of ids) {
      expect(await cache.forTenant(id).get('r', 'k')).toBe(`of ${id}`);
      expect(await other.forTenant(id).get('r', 'k')).toBe(`of ${id}`);
      expect((await cache.forTenant(id).usage()).entries).toBe(1);
    }
    await cache.forTenant(ids[1] as string).clear();
    expect(await Promise.all(ids.map((id) => other.forTenant(id).get('r', 'k')))).toEqual([
      `of ${ids[0]}`,
      undefined,
      `of ${ids[2]}`,
    ]);
    // A pattern that folds case lets more ids through; it makes no two of them one.
    const lenient = redisCache({ tenantIds: /acme-[0-9a-f]+/i, l1: false });
    expect(await lenient.forTenant(ids[1] as string).get('r', 'k')).toBeUndefined();
    const { body } = await request(tenantApp({ tenant: () => ids[1] }))
      .get('/')
      .expect(200);
    expect(body).toEqual({ tenant: ids[1], context: ids[1] });
  });
});

describe('attack 2: names of resources, keys, tags and prefixes that look alike', () => {
  let client: Redis;
  beforeAll(() => {
    client = new Redis(testRedisUrl());
  });
  afterAll(() => client.quit());

  it.each(LIKE_ACME)('%j is no name of a resource', async (name) => {
    const tenant = redisCache().forTenant(`like-${randomUUID()}`);
    await expect((async () => tenant.get(name, 'k'))()).rejects.toMatchObject({ code: 'RESOURCE_INVALID' });
    await expect((async () => tenant.invalidateResource(name))()).rejects.toMatchObject({ code: 'RESOURCE_INVALID' });
  });

  it.each([
    ['short', ''],
    ['so long that only their digests are stored', 'x'.repeat(300)],
  ])('keys are two where their bytes are, in both tiers and in Redis: %s', async (_, filling) => {
    const id = `twins-${randomUUID()}`;
    const cache = redisCache();
    const cold = redisCache({ l1: false });
    await cache.ready();
    const tenant = cache.forTenant(id);
    for (const [one, two] of TWINS) {
      const keys = [one + filling, two + filling] as const;
      for (const key of keys) await tenant.set('r', key, `of ${key}`);
      for (const reader of [tenant, cold.forTenant(id)]) {
        expect(await Promise.all(keys.map((key) => reader.get('r', key)))).toEqual(keys.map((key) => `of ${key}`));
        expect([...(await reader.getMany('r', [...keys])).values()]).toEqual(keys.map((key) => `of ${key}`));
      }
      await tenant.delete('r', keys[1]);
      expect(await cold.forTenant(id).get('r', keys[0])).toBe(`of ${keys[0]}`);
      expect(await cold.forTenant(id).get('r', keys[1])).toBeUndefined();
      await tenant.set('r', keys[1], 'again');
    }
    const distinct = new Set(TWINS.flat());
    expect((await tenant.usage()).entries).toBe(distinct.size);
    if (filling === '') {
      for (const key of distinct) expect(await client.exists(`tenant:{${id}}:r:${key}`)).toBe(1);
    }
    await tenant.clear();
  });

  it('tags and prefixes reach what is spelt as they are, and nothing that looks so', async () => {
    const cache = redisCache({ l1: false });
    await cache.ready();
    const tenant = cache.forTenant(`twins-${randomUUID()}`);
    for (const [one, two] of TWINS) {
      // The second of some pairs begins with the first: as prefixes these are no twins.
      const prefixes = [`${one}|`, `${two}|`] as const;
      for (const [n, tag] of [one, two].entries()) {
        await tenant.set('tagged', `${n}`, tag, { tags: [tag] });
        await tenant.set('r', `${prefixes[n]}rest`, tag);
      }
      await tenant.invalidateTags([two]);
      await tenant.invalidatePrefix('r', prefixes[1]);
      assert.deepEqual(
        [await tenant.get('tagged', '0'), await tenant.get('r', `${prefixes[0]}rest`)],
        [one, one],
        JSON.stringify([one, two]),
      );
      assert.deepEqual(
        [await tenant.get('tagged', '1'), await tenant.get('r', `${prefixes[1]}rest`)],
        [undefined, undefined],
      );
    }
    await tenant.clear();
  });
});

describe('attack 2: ids in Postgres', () => {
  let test: TestDatabase;
  let directory: TenantDirectory;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.asAdmin('system:test', async (tx) => {
      await tx.plan.create({ data: { name: 'Plan', quotaMb: 4, isDefault: true } });
      const ids = ['acme', 'ACME'];
      await tx.tenant.createMany({ data: ids.map((id) => ({ tenantId: id, name: id, plan: 'Plan' })) });
    });
    directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
  });
  afterAll(async () => {
    await directory.close();
    await test.drop();
  });

  it.each(LIKE_ACME.filter((id) => !id.includes('\0')))('%j is refused by the table itself', async (id) => {
    const created = test.database.asAdmin('system:test', (tx) =>
      tx.tenant.create({ data: { tenantId: id, name: 'x', plan: 'Plan' } }),
    );
    await expect(created).rejects.toThrow(/check constraint|violates/i);
  });

  it('case tells rows apart: a change of one is no change of the other, nor of its audit', async () => {
    const [acme, upper, mixed] = ['acme', 'ACME', 'Acme'].map(tenantId) as [never, never, never];
    await directory.changeQuota(upper, { settings: { quotaBytes: 2_097_152 }, reason: 'upper case' }, 0, ACTOR);
    expect(await directory.find(acme)).toMatchObject({ known: true, version: 0, settings: { quotaBytes: 4_194_304 } });
    expect(await directory.find(upper)).toMatchObject({ known: true, version: 1 });
    expect(await directory.find(mixed)).toMatchObject({ known: false, tenantId: 'Acme' });
    expect((await directory.audit({ tenant: acme, page: 1, pageSize: 9 })).total).toBe(0);
    expect((await directory.audit({ tenant: upper, page: 1, pageSize: 9 })).total).toBe(1);
  });
});

/** The answer to a request whose header lines are sent as they are, in UTF-8. */
async function raw(app: ReturnType<typeof tenantApp>, lines: string): Promise<string> {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
  socket.end(`GET / HTTP/1.1\r\n${lines}\r\nConnection: close\r\n\r\n`);
  const answer = await text(socket);
  server.close();
  return answer;
}
