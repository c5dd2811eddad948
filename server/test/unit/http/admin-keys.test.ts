import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { apiKeySecret } from '../../../src/core/api-key-format.js';
import { API_KEY_SCOPE, type ApiKeyStore, isLive, MAX_API_KEYS } from '../../../src/core/api-keys.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { AdminApp, bearer } from './admin-app.js';

const acme = 'acme' as TenantId;
const post = (fixture: AdminApp, path: string, body: object, role = 'admin') =>
  request(fixture.app).post(`/admin/tenants${path}`).set(bearer(role)).send(body);
const list = async (fixture: AdminApp, tenant = 'acme') =>
  (await request(fixture.app).get(`/admin/tenants/${tenant}/keys`).set(bearer('admin')).expect(200)).body;
const verify = (fixture: AdminApp, key: string) =>
  (fixture.directory.apiKeys as ApiKeyStore).verify(apiKeySecret(key).digest);
const made = async (fixture: AdminApp, tenant = 'acme', more: object = {}) =>
  (await post(fixture, `/${tenant}/keys`, { name: 'CI', reason: 'for CI', ...more }).expect(201)).body;

describe('API keys in the admin API', () => {
  it('shows a key once, keeps its hash, and audits without either', async () => {
    const fixture = new AdminApp();
    const body = await made(fixture, 'acme', { scopes: ['orders:read'], expiresAt: '2999-01-01T00:00:00+01:00' });
    expect(body).toMatchObject({
      tenantId: 'acme',
      name: 'CI',
      scopes: ['orders:read'],
      createdBy: 'admin@example.com',
      expiresAt: '2998-12-31T23:00:00.000Z',
      revokedAt: null,
    });
    expect(body.key).toMatch(/^tck_[0-9A-Za-z]{49}$/);
    expect(body.key.startsWith(body.prefix)).toBe(true);
    const { key, ...shown } = body;
    expect(await verify(fixture, key)).toEqual(shown);
    expect(await list(fixture)).toEqual({ items: [shown], total: 1, page: 1, pageSize: 25 });
    const audit = await fixture.directory.audit({ tenant: acme, page: 1, pageSize: 9 });
    expect(audit.items).toMatchObject([
      { action: 'api-key', actor: 'admin@example.com', reason: 'for CI', before: null },
    ]);
    const text = JSON.stringify(audit);
    expect(text).not.toContain(key);
    expect(text).not.toContain(apiKeySecret(key).digest.toString('hex'));
  });

  it('rotates with a grace, and revokes at once', async () => {
    const fixture = new AdminApp();
    const old = await made(fixture);
    const path = `/acme/keys/${old.keyId}`;
    const next = (await post(fixture, `${path}/rotate`, { graceSeconds: 60, reason: 'yearly' }).expect(201)).body;
    expect(next.key).not.toBe(old.key);
    expect((await post(fixture, `${path}/rotate`, { reason: 'again' }).expect(404)).body.code).toBe(
      'API_KEY_NOT_FOUND',
    );
    const expiresAt = Date.parse((await verify(fixture, old.key))?.expiresAt ?? '');
    expect(Math.abs(expiresAt - Date.now() - 60_000)).toBeLessThan(30_000);
    expect((await post(fixture, `${path}/revoke`, { reason: 'leaked' }).expect(200)).body.revokedAt).not.toBeNull();
    expect(isLive((await verify(fixture, old.key)) as never, Date.now())).toBe(false);
    expect(isLive((await verify(fixture, next.key)) as never, Date.now())).toBe(true);
    expect((await post(fixture, `${path}/rotate`, { reason: 'too late' }).expect(404)).body.code).toBe(
      'API_KEY_NOT_FOUND',
    );
  });

  it.each(['rotate', 'revoke'])('finds no key of another tenant to %s, nor what can be no id', async (deed) => {
    const fixture = new AdminApp();
    const foreign = await made(fixture, 'blue');
    for (const id of [foreign.keyId, foreign.keyId.toUpperCase(), '00000000-0000-4000-8000-000000000000', "1'--"]) {
      for (const role of ['admin', 'tenant_admin@acme']) {
        const { body } = await post(fixture, `/acme/keys/${id}/${deed}`, { reason: 'not mine' }, role).expect(404);
        expect(body.code).toBe('API_KEY_NOT_FOUND');
      }
    }
    const own = await post(fixture, `/blue/keys/${foreign.keyId}/${deed}`, { reason: 'not mine' }, 'tenant_admin@acme');
    expect(own.status).toBe(403);
    expect((await list(fixture, 'blue')).items[0]).toMatchObject({ revokedAt: null, expiresAt: null });
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ name: 'a\u202eb' }, 'name'],
    [{ reason: 'read \u2066backwards' }, 'reason'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ scopes: ['Orders'] }, 'scopes.0'],
    [{ scopes: ['a', 'a'] }, 'scopes'],
    [{ scopes: Array.from({ length: 33 }, (_, index) => `s${index}`) }, 'scopes'],
    [{ expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt'],
    [{ expiresAt: 'never' }, 'expiresAt'],
    [{ key: 'tck_mine' }, 'key'],
    [{ tenantId: 'blue' }, 'tenantId'],
  ])('refuses %j', async (more, field) => {
    const fixture = new AdminApp();
    const { body } = await post(fixture, '/acme/keys', { name: 'CI', reason: 'for CI', ...more }).expect(400);
    expect(body.errors).toEqual([{ field, message: expect.any(String) }]);
    expect((await list(fixture)).total).toBe(0);
  });

  it('says of a scope that is none what was given, shortened, and what is allowed', async () => {
    const scopes = ['orders:read', 'Orders: read all of them, please', 7, null, [], 'a\u0007\u202e'];
    const { body } = await post(new AdminApp(), '/acme/keys', { name: 'CI', reason: 'for CI', scopes }).expect(400);
    const [text, number, nothing, list, hostile] = body.errors as { field: string; message: string }[];
    expect([text?.field, number?.field]).toEqual(['scopes.1', 'scopes.2']);
    expect(text?.message).toContain('“Orders: read”…');
    expect(text?.message).toContain(String(API_KEY_SCOPE));
    expect(number?.message).toMatch(/^is no text but of type number, /);
    expect(nothing?.message).toMatch(/^is null, /);
    expect(list?.message).toMatch(/^is no text but a list, /);
    expect(hostile?.message).toMatch(/^is “a\?\?”, /);
  });

  it('names 20 errors at the most, and says how many more there are', async () => {
    const scopes = Array.from({ length: 32 }, () => 7);
    const { body } = await post(new AdminApp(), '/acme/keys', { name: 'CI', reason: 'for CI', scopes }).expect(400);
    expect(body.errors).toHaveLength(20);
    expect(body.errors.at(-1)).toEqual({ field: 'body', message: 'has 13 more errors' });
  });

  it('says so where a tenant has as many as it may', async () => {
    const fixture = new AdminApp();
    for (let count = 0; count < MAX_API_KEYS; count++) await made(fixture);
    const { body } = await post(fixture, '/acme/keys', { name: 'CI', reason: 'for CI' }).expect(400);
    expect(body.errors).toMatchObject([{ field: 'tenantId' }]);
  });
});
