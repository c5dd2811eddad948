import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { entryRoutes } from '../../../src/http/admin-entries.js';
import { AdminApp, bearer } from './admin-app.js';
import { ENTRY_TTL_MS } from './admin-app-entries.js';

const BASE = '/admin/tenants/acme';
const HOSTILE_KEYS = [
  'a/b/c',
  '../../etc/passwd',
  '..%2f..%2f',
  '%',
  '%00',
  'a\u0000b',
  'a\r\nSet-Cookie: x=1',
  'ä€😀',
  'a b+c',
  'a?b=c&d#e',
  "'; DROP TABLE tenants; --",
  '__proto__',
  '{{7*7}}',
  'k'.repeat(4_096),
  '~sha256:0000',
  'value',
  'delete',
];

const get = (fixture: AdminApp, path: string, role = 'viewer') =>
  request(fixture.app)
    .get(BASE + path)
    .set(bearer(role));
const post = (fixture: AdminApp, path: string, body: object, role = 'admin') =>
  request(fixture.app)
    .post(BASE + path)
    .set(bearer(role))
    .send(body);

/** Fails where the body is not as the route describes it. */
function conforms(fixture: AdminApp, operationId: string, body: unknown): void {
  const route = entryRoutes(fixture.deps).find((each) => each.operationId === operationId);
  expect(route?.answers[200]?.body?.safeParse(body)).toMatchObject({ success: true });
}

async function lastAudit(fixture: AdminApp) {
  const { items } = await fixture.directory.audit({ page: 1, pageSize: 100 });
  return items;
}

async function walk(fixture: AdminApp, query: string): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const at: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await get(fixture, `/entries?${query}${at}`).expect(200);
    conforms(fixture, 'listEntries', body);
    for (const { key } of body.items) keys.push(key);
    cursor = body.next;
  }
  return keys.sort();
}

describe('the tags of a set of permissions', () => {
  it.each([
    ['admin', ['user:ann', 'role:ceo']],
    ['tenant_admin@acme', ['user:ann', 'role:ceo']],
    ['operator', null],
    ['viewer', null],
    ['tenant_viewer@acme', null],
  ])('are shown to who may see values: %s', async (role, tags) => {
    const fixture = new AdminApp();
    await fixture.entries.put('acme', 'authorization', 'ann', {}, { tags: ['user:ann', 'role:ceo'] });
    await fixture.entries.put('acme', 'quotes', 'ann', {}, { tags: ['role:ceo'] });
    const { body } = await get(fixture, '/entries/authorization/ann', role).expect(200);
    conforms(fixture, 'getEntry', body);
    expect(body.tags).toEqual(tags);
    expect((await get(fixture, '/entries/quotes/ann', role).expect(200)).body.tags).toEqual(['role:ceo']);
  });
});

describe('GET /tenants/:tenantId/entries', () => {
  it('lists entries without their values, page by page, by resource and by prefix', async () => {
    const fixture = new AdminApp();
    for (let n = 0; n < 25; n++)
      await fixture.entries.put('acme', 'quotes', `user:${n % 2}:${n}`, { secret: 'SECRET' });
    await fixture.entries.put('blue', 'quotes', 'theirs', 1);
    expect(await walk(fixture, 'limit=7')).toHaveLength(26);
    expect(await walk(fixture, 'resource=quotes&limit=4')).toHaveLength(25);
    expect(await walk(fixture, `resource=quotes&prefix=${encodeURIComponent('user:1:')}&limit=5`)).toHaveLength(12);
    const { body, text } = await get(fixture, '/entries?resource=portfolio').expect(200);
    expect(body).toMatchObject({ tenantId: 'acme', next: null, unnamed: 0 });
    expect(body.items).toEqual([
      {
        resource: 'portfolio',
        key: '1',
        sizeBytes: expect.any(Number),
        createdAt: expect.any(String),
        freshUntil: expect.any(String),
        expiresAt: expect.any(String),
        ttlMs: expect.any(Number),
      },
    ]);
    expect(text).not.toContain('SECRET');
  });

  it.each([
    'cursor=',
    'cursor=x',
    'cursor=AAAAAAAAAAAAAAAA',
    `cursor=${'A'.repeat(9_000)}`,
    'cursor=%00',
    "cursor='%20OR%201=1",
    'cursor=a&cursor=b',
    'limit=0',
    'limit=501',
    'limit=1e2',
    'limit=-1',
    'prefix=a',
    'resource=a:b',
    'resource=__proto__%2F',
    'resource=r&prefix=a&prefix=b',
    `resource=r&prefix=${'p'.repeat(4_097)}`,
    'page=1',
  ])('answers 400 to %s', async (query) => {
    const fixture = new AdminApp();
    const { body } = await get(fixture, `/entries?${query}`).expect(400);
    expect(body.code).toBe('REQUEST_INVALID');
  });

  it('takes a cursor for what it was given for only: another tenant, resource or prefix is 400', async () => {
    const fixture = new AdminApp();
    for (let n = 0; n < 10; n++) {
      for (const tenant of ['acme', 'blue']) await fixture.entries.put(tenant, 'r', `a${tenant}${n}`, 1);
    }
    const { body } = await get(fixture, '/entries?resource=r&prefix=a&limit=3').expect(200);
    const cursor = encodeURIComponent(body.next);
    await get(fixture, `/entries?resource=r&prefix=a&limit=9&cursor=${cursor}`).expect(200);
    for (const query of ['resource=r', 'resource=r&prefix=ab', 'resource=s&prefix=a', 'limit=3']) {
      await get(fixture, `/entries?${query}&cursor=${cursor}`).expect(400);
    }
    for (const changed of [body.next.slice(1), `${body.next}=`, `${body.next}A`, body.next.replace(/^./, '_')]) {
      await get(fixture, `/entries?resource=r&prefix=a&cursor=${encodeURIComponent(changed)}`).expect(400);
    }
    const blue = `/admin/tenants/blue/entries?resource=r&prefix=a&cursor=${cursor}`;
    await request(fixture.app).get(blue).set(bearer('admin')).expect(400);
  });
});

describe('GET /tenants/:tenantId/entries/:resource/:key', () => {
  it.each(HOSTILE_KEYS)('finds the key %j to the letter, and no other', async (key) => {
    const fixture = new AdminApp();
    const path = `/entries/r/${encodeURIComponent(key)}`;
    await get(fixture, path).expect(404);
    await fixture.entries.put('acme', 'r', key, { secret: 'SECRET' }, { tags: ['user:42'], graceMs: 5_000 });
    const { body, text } = await get(fixture, path).expect(200);
    expect(body).toMatchObject({
      resource: 'r',
      key,
      tags: ['user:42'],
      state: 'fresh',
      compression: 'none',
      sealed: false,
    });
    expect(body.ttlMs).toBeGreaterThan(ENTRY_TTL_MS);
    expect(text).not.toContain('SECRET');
    conforms(fixture, 'getEntry', body);
  });

  it('answers a problem, and never a 5xx, to what is no entry', async () => {
    const fixture = new AdminApp();
    for (const [path, status, code] of [
      ['/entries/portfolio/2', 404, 'ENTRY_NOT_FOUND'],
      ['/entries/9/2', 400, 'RESOURCE_INVALID'],
      ['/entries/a%3Ab/2', 400, 'RESOURCE_INVALID'],
      [`/entries/r/${'k'.repeat(4_097)}`, 400, 'KEY_INVALID'],
      ['/entries/r/%E0%A4%A', 400, 'REQUEST_INVALID'],
      ['/entries/r/%', 400, 'REQUEST_INVALID'],
      ['/entries/r/', 404, 'ROUTE_NOT_FOUND'],
      ['/entries/r/a/b', 404, 'ROUTE_NOT_FOUND'],
    ] as const) {
      const { body } = await get(fixture, path).expect(status);
      expect([path, body.code]).toEqual([path, code]);
    }
  });

  it('is 503 where the store does not answer', async () => {
    const fixture = new AdminApp();
    fixture.entries.error = 'STORE_UNAVAILABLE';
    for (const path of ['/entries', '/entries/portfolio/1']) await get(fixture, path).expect(503);
  });
});

describe('POST /tenants/:tenantId/entries/value', () => {
  const ask = (fixture: AdminApp, key: string, role?: string) =>
    post(fixture, '/entries/value', { resource: 'r', key, reason: 'ticket 4711' }, role);

  it('shows a value as JSON, audited without its key', async () => {
    const fixture = new AdminApp();
    const value = {
      of: new Map([['a', 1n]]),
      at: new Date(0),
      bytes: Buffer.from('x'),
      not: Number.NaN,
      set: new Set([1]),
    };
    await fixture.entries.put('acme', 'r', 'customer-mueller', value);
    const { body } = await ask(fixture, 'customer-mueller').expect(200);
    conforms(fixture, 'showEntryValue', body);
    expect([body.value, body.omitted]).toEqual([
      {
        of: { $type: 'map', entries: [['a', { $type: 'bigint', value: '1' }]] },
        at: '1970-01-01T00:00:00.000Z',
        bytes: { $type: 'bytes', base64: 'eA==' },
        not: { $type: 'number', value: 'NaN' },
        set: { $type: 'set', items: [1] },
      },
      null,
    ]);
    const [row, ...others] = await lastAudit(fixture);
    expect(row).toMatchObject({ action: 'entry', tenantId: 'acme', reason: 'ticket 4711', actor: 'admin@example.com' });
    expect([row?.after, others]).toEqual([{ kind: 'value', resource: 'r' }, []]);
    expect(JSON.stringify(row)).not.toContain('mueller');
  });

  it('leaves out what is too large, also where it is small as it is stored', async () => {
    const fixture = new AdminApp();
    await fixture.entries.put('acme', 'r', 'zeros', '0'.repeat(1_000_000));
    await fixture.entries.put('acme', 'r', 'control', '\u0001'.repeat(60_000));
    for (const key of ['zeros', 'control']) {
      const { body } = await ask(fixture, key).expect(200);
      expect(body).toMatchObject({ value: null, omitted: 'too-large', limitBytes: 262_144 });
      expect(body.entry.payloadBytes).toBeLessThan(100_000);
    }
  });

  it('tells the attempt in the audit also where there is nothing, and before the value is read', async () => {
    const fixture = new AdminApp();
    await ask(fixture, 'none').expect(404);
    fixture.entries.error = 'STORE_UNAVAILABLE';
    await ask(fixture, 'none').expect(503);
    expect(await lastAudit(fixture)).toHaveLength(2);
    fixture.directory.recordDeed = async () => {
      throw new Error('no audit, no value');
    };
    fixture.entries.error = undefined;
    fixture.entries.read.length = 0;
    await ask(fixture, '1').expect(500);
    expect(fixture.entries.read).toEqual([]);
  });
});

describe('what takes entries away', () => {
  const REASON = { reason: 'wrong price' };

  it.each<[object, object, object]>([
    [{ tags: ['user:42', 'b'] }, { kind: 'tags', tags: ['user:42', 'b'] }, { kind: 'tags', tags: 2 }],
    [{ resource: 'r' }, { kind: 'resource', resource: 'r' }, { kind: 'resource', resource: 'r' }],
    [
      { resource: 'r', prefix: 'x/' },
      { kind: 'prefix', resource: 'r', prefix: 'x/' },
      { kind: 'prefix', resource: 'r' },
    ],
    [
      { resource: 'r', keys: ['x', 'y'] },
      { kind: 'keys', resource: 'r', keys: ['x', 'y'] },
      { kind: 'keys', resource: 'r', keys: 2 },
    ],
  ])('invalidates %j, and audits no key, prefix or tag', async (body, target, after) => {
    const fixture = new AdminApp();
    const answer = await post(fixture, '/invalidate', { ...body, ...REASON }, 'operator').expect(200);
    conforms(fixture, 'invalidateEntries', answer.body);
    expect(fixture.entries.invalidated).toEqual([{ tenant: 'acme', target }]);
    const [row] = await lastAudit(fixture);
    expect(row).toMatchObject({ action: 'invalidate', tenantId: 'acme', after, ...REASON });
    expect(row?.after).toEqual(after);
  });

  it('deletes one entry or many, and says how many there were', async () => {
    const fixture = new AdminApp();
    for (const key of ['a', 'b/c']) await fixture.entries.put('acme', 'r', key, 1);
    const one = await post(fixture, '/entries/delete', { resource: 'r', key: 'b/c', ...REASON }).expect(200);
    expect(one.body).toEqual({ tenantId: 'acme', kind: 'keys', deleted: 1, pending: false });
    const many = await post(fixture, '/entries/delete', { resource: 'r', keys: ['a', 'b/c', 'z'], ...REASON }).expect(
      200,
    );
    expect(many.body.deleted).toBe(1);
    conforms(fixture, 'deleteEntries', many.body);
    expect((await lastAudit(fixture)).map(({ action, after }) => [action, after])).toEqual([
      ['entry', { kind: 'keys', resource: 'r', keys: 3 }],
      ['entry', { kind: 'keys', resource: 'r', keys: 1 }],
    ]);
  });

  it.each<[string, object]>([
    ['/invalidate', {}],
    ['/invalidate', { tags: [] }],
    ['/invalidate', { tags: ['a'], resource: 'r' }],
    ['/invalidate', { tags: ['a\u0000'] }],
    ['/invalidate', { tags: [1] }],
    ['/invalidate', { tags: Array.from({ length: 513 }, (_, n) => `t${n}`) }],
    ['/invalidate', { prefix: 'a' }],
    ['/invalidate', { keys: ['a'] }],
    ['/invalidate', { resource: 'r', prefix: '' }],
    ['/invalidate', { resource: 'r', prefix: 'a', keys: ['a'] }],
    ['/invalidate', { resource: 'r:s' }],
    ['/invalidate', { resource: '*' }],
    ['/invalidate', { resource: 'r', tenantId: 'blue' }],
    ['/entries/delete', { resource: 'r' }],
    ['/entries/delete', { resource: 'r', key: '' }],
    ['/entries/delete', { resource: 'r', key: 'a', keys: ['a'] }],
    ['/entries/delete', { resource: 'r', key: { $ne: 1 } }],
    ['/entries/delete', { resource: 'r', keys: Array.from({ length: 1_001 }, (_, n) => `${n}`) }],
    ['/entries/delete', { resource: 'r', key: '\ud800' }],
    ['/entries/value', { resource: 'r' }],
    ['/entries/value', { key: 'r' }],
  ])('%s refuses %j before anything is done or audited', async (path, body) => {
    const fixture = new AdminApp();
    const answer = await post(fixture, path, { ...body, ...REASON }).expect(400);
    expect(answer.body.code).toBe('REQUEST_INVALID');
    expect([fixture.entries.invalidated, await lastAudit(fixture)]).toEqual([[], []]);
  });

  it('does nothing that it cannot audit', async () => {
    const fixture = new AdminApp();
    fixture.directory.recordDeed = async () => {
      throw new Error('no audit');
    };
    await post(fixture, '/invalidate', { resource: 'r', ...REASON }).expect(500);
    await post(fixture, '/entries/delete', { resource: 'r', key: 'k', ...REASON }).expect(500);
    expect(fixture.entries.invalidated).toEqual([]);
  });

  it('lets tenant roles act for their own tenant only', async () => {
    const fixture = new AdminApp();
    const body = { resource: 'r', ...REASON };
    await post(fixture, '/invalidate', body, 'tenant_admin@acme').expect(200);
    await post(fixture, '/invalidate', body, 'tenant_admin@blue').expect(403);
    await post(fixture, '/invalidate', body, 'tenant_viewer@acme').expect(403);
    await post(fixture, '/entries/value', { ...body, key: '1' }, 'operator').expect(403);
    expect(fixture.entries.invalidated.map(({ tenant }) => tenant as TenantId)).toEqual(['acme']);
  });
});
