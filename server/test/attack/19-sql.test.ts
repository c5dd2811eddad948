import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { Authorization } from '../../src/http/admin-access.js';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { postgresTenants, postgresUsage } from '../../src/postgres/index.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

const SQL = [
  `'`,
  `"`,
  `' OR '1'='1`,
  `acme' OR 1=1 --`,
  `acme'); DROP TABLE tenants; --`,
  `'; CREATE TABLE taken (x int); --`,
  `' UNION SELECT password_hash FROM users --`,
  `1; SELECT set_config('app.tenant_id', 'blue', false)`,
  `$1`,
  `$$;CREATE TABLE taken (x int)$$`,
  `name; DROP TABLE tenants`,
  `(SELECT pg_sleep(9))`,
  `name DESC, (SELECT 1 FROM pg_sleep(9))`,
  `\\'; DROP TABLE tenants; --`,
  `\u02bc OR 1=1 --`,
  `%27%20OR%201=1`,
  `1 OFFSET 0 ROWS; DELETE FROM quota_changes`,
];
/** Names of parameters that some route might take; a route says by itself which it does not know. */
const NAMES = [
  ...['page', 'pageSize', 'limit', 'cursor', 'after', 'before', 'search', 'sort', 'order', 'tenant', 'tenantId'],
  ...[
    'actor',
    'action',
    'source',
    'from',
    'to',
    'until',
    'since',
    'month',
    'period',
    'day',
    'resource',
    'key',
    'prefix',
  ],
  ...['tag', 'state', 'status', 'kind', 'plan', 'event', 'active', 'interval', 'bucket', 'category', 'open', 'format'],
];
const ADMIN = { authorization: 'Bearer admin' };

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

describe('attack 19: SQL in what a caller chooses, on a real Postgres', () => {
  let test: TestDatabase;
  let cache: TenantCacheServer;
  const errors: unknown[] = [];
  const app = express();
  let gets: string[] = [];
  let before: unknown;

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.asAdmin('system:test', async (tx) => {
      await tx.plan.create({ data: { name: 'Plan', quotaMb: 4, isDefault: true } });
      const ids = ['acme', 'blue', 'a_b', 'axb', 'a-100'];
      await tx.tenant.createMany({ data: ids.map((id) => ({ tenantId: id, name: `Name of ${id}`, plan: 'Plan' })) });
      await tx.tenant.update({ where: { tenantId: 'a-100' }, data: { name: 'One 100% \\ name' } });
    });
    const urls = { url: test.appUrl, adminUrl: test.adminUrl };
    cache = createTenantCache({ tenants: postgresTenants(urls), usage: postgresUsage(urls), upkeep: false });
    const authorize = (req: express.Request): Authorization | undefined => {
      const actor = req.get('x-actor') ?? 'ops@example.com';
      return req.get('authorization') === ADMIN.authorization ? { actor, role: 'admin' } : undefined;
    };
    const router = cache.adminRouter({ authorize, rateLimit: false, onError: (error) => errors.push(error) });
    app.use('/admin', router);
    gets = (router.stack as unknown as Layer[]).flatMap(({ route }) => (route?.methods.get ? [route.path] : []));
    before = await state();
  });
  afterAll(async () => {
    await cache.close();
    await test.drop();
  });

  /** Which tables there are, and how many rows each has. */
  async function state(): Promise<unknown> {
    return test.database.asAdmin('system:test', (tx) =>
      tx.$queryRawUnsafe(`SELECT table_name, (xpath('/row/c/text()', query_to_xml(
        format('SELECT count(*) AS c FROM %I', table_name), false, true, '')))[1]::text AS rows
        FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`),
    );
  }

  async function expectUntouched(): Promise<void> {
    expect(await state()).toEqual(before);
    expect(errors).toEqual([]);
  }

  const at = (path: string, value: string) =>
    `/admin${path.replace(/:[A-Za-z]+/g, (name) => (name === ':tenantId' ? 'acme' : encodeURIComponent(value)))}`;

  it('in every part of every path', async () => {
    expect(gets.length).toBeGreaterThan(20);
    for (const path of gets.filter((get) => get.includes(':'))) {
      for (const value of SQL) {
        const url = `/admin${path.replace(/:[A-Za-z]+/g, encodeURIComponent(value))}`;
        for (const tried of [url, at(path, value)]) {
          const { status, text } = await request(app).get(tried).set(ADMIN);
          if (tried.includes('%')) expect([tried, [400, 404, 501].includes(status)]).toEqual([tried, true]);
          expect(text).not.toContain('blue');
        }
      }
    }
    await expectUntouched();
  }, 300_000);

  it('in every parameter that a route takes', async () => {
    let taken = 0;
    for (const path of gets.filter((get) => !get.replace(':tenantId', '').includes(':'))) {
      for (const name of await namesOf(path)) {
        taken++;
        for (const value of SQL) {
          const { status, body } = await request(app)
            .get(at(path, ''))
            .query({ [name]: value })
            .set(ADMIN);
          // Refused, or looked for and not found: nothing has such a name.
          if (status === 200 && 'items' in body)
            expect([path, name, value, body.items]).toEqual([path, name, value, []]);
          else expect([path, name, value, status]).toEqual([path, name, value, status < 500 ? status : 'no 5xx']);
        }
      }
    }
    expect(taken).toBeGreaterThan(20);
    await expectUntouched();
  }, 300_000);

  /** Of the names above, those that the route does not call unknown; it says so of 20 at a time at most. */
  async function namesOf(path: string): Promise<string[]> {
    const known: string[] = [];
    for (let first = 0; first < NAMES.length; first += 15) {
      const some = NAMES.slice(first, first + 15);
      const query = Object.fromEntries(some.map((name) => [name, '\u0000']));
      const { body } = await request(app).get(at(path, '')).query(query).set(ADMIN);
      const unknown = ((body.errors ?? []) as { field: string; message: string }[])
        .filter(({ message }) => message.startsWith('is not a known field'))
        .map(({ field }) => field);
      if (unknown.length > 0 || body.code === 'REQUEST_INVALID')
        known.push(...some.filter((name) => !unknown.includes(name)));
    }
    return known;
  }

  it('a search takes % and _ for letters', async () => {
    const found = async (search: string) => {
      const { body } = await request(app).get('/admin/tenants').query({ search }).set(ADMIN).expect(200);
      return body.items.map(({ tenantId }: { tenantId: string }) => tenantId);
    };
    expect(await found('a_b')).toEqual(['a_b']);
    expect(await found('%')).toEqual(['a-100']);
    expect(await found('100%')).toEqual(['a-100']);
    expect(await found('\\')).toEqual(['a-100']);
    expect(await found('_')).toEqual(['a_b']);
    expect(await found('%%')).toEqual([]);
  });

  it('a sort and an order are words of a list, however they are spelt', async () => {
    for (const sort of ['name,tenant_id', 'name--', 'NAME', 't.name', '1', 'name\u0000', '__proto__', 'constructor']) {
      await request(app).get('/admin/tenants').query({ sort }).set(ADMIN).expect(400);
    }
    for (const order of ['asc;', 'ASC NULLS FIRST', 'random()']) {
      await request(app).get('/admin/tenants').query({ order }).set(ADMIN).expect(400);
    }
  });

  it('what is kept is kept letter by letter: reasons and actors of the audit', async () => {
    let version = 0;
    for (const [n, text] of SQL.entries()) {
      const reason = `because of ${text}`;
      const { body } = await request(app)
        .patch('/admin/tenants/acme/quota')
        .set({ ...ADMIN, 'if-match': `"${version}"`, 'x-actor': encodeURIComponent(text) })
        .send({ quotaMb: n + 5, reason })
        .expect(200);
      version = body.version;
      const audit = await request(app)
        .get('/admin/audit')
        .query({ actor: encodeURIComponent(text) })
        .set(ADMIN);
      expect(audit.body.items[0]).toMatchObject({ reason, actor: encodeURIComponent(text), tenantId: 'acme' });
    }
    const { body } = await request(app).get('/admin/audit?tenant=acme').set(ADMIN).expect(200);
    expect(body.total).toBe(SQL.length);
    expect((await request(app).get('/admin/audit?tenant=blue').set(ADMIN).expect(200)).body.total).toBe(0);
    expect(errors).toEqual([]);
  });

  it('the directory itself runs no text, whoever calls it without the API', async () => {
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const marks = await state();
    for (const text of SQL) {
      expect((await directory.list({ search: text, page: 1, pageSize: 9 })).total).toBe(0);
      // Not even a tenant's own transaction begins under such a name.
      await expect(directory.find(text as never)).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
      expect((await directory.audit({ tenant: text as never, actor: text, page: 1, pageSize: 9 })).total).toBe(0);
      const name = `n${randomBytes(4).toString('hex')}`;
      await expect(
        directory.changeQuota(text as never, { settings: { quotaBytes: 1 }, reason: name }, 0, {
          id: text,
          source: 'api',
        }),
      ).rejects.toMatchObject({ code: expect.stringMatching(/TENANT_NOT_FOUND|PRECONDITION_FAILED/) });
    }
    expect(await state()).toEqual(marks);
    await directory.close();
  });
});
