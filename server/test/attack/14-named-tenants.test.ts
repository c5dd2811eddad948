import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import express4 from 'express4';
import { SignJWT } from 'jose';
import request from 'supertest';
import { apiKeySecret, newApiKey } from '../../src/core/api-key-format.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { type TenantMiddlewareOptions, tenantMiddleware } from '../../src/http/tenant-middleware.js';
import { fromApiKey } from '../../src/tenant/from-api-key.js';
import { fromJwt } from '../../src/tenant/from-jwt.js';
import { MemoryApiKeys } from '../../src/tenant/memory-api-keys.js';
import { deps, handleOf } from '../unit/http/tenant-app.js';

const secret = randomBytes(32).toString('base64');
const keys = new MemoryApiKeys(
  () => true,
  () => {},
);
const chain = [fromJwt({ secret }), fromApiKey({ keys })];
const tokenOf = (tenant: string) =>
  new SignJWT({ tenant_id: tenant }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
async function keyOf(tenant: string): Promise<string> {
  const key = newApiKey();
  const wanted = { tenantId: tenantId(tenant), name: 'CI', scopes: [], expiresAtMs: undefined };
  await keys.create(wanted, apiKeySecret(key), 'for CI', { id: 'admin@example.com', source: 'api' });
  return key;
}

const versions: [string, typeof express][] = [
  ['Express 4', express4 as unknown as typeof express],
  ['Express 5', express],
];

describe.each(versions)('attack 14, %s: a tenant that is named besides the one of the credentials', (_name, create) => {
  const reached: unknown[] = [];
  function app(options: Partial<TenantMiddlewareOptions> = {}, parser: RequestHandler[] = [create.json()]) {
    const made = create();
    const answer: RequestHandler = (req, res) => {
      reached.push(handleOf(req).tenant);
      res.json({ tenant: handleOf(req).tenant });
    };
    for (const each of parser) made.use(each);
    const bind = tenantMiddleware(deps, { tenant: chain, ...options });
    made.use('/t/:tenantId', bind, answer);
    made.use(bind, answer);
    return made;
  }
  const send = async (
    to: ReturnType<typeof app>,
    { path = '/', headers = {}, body }: { path?: string; headers?: object; body?: object },
  ) => {
    reached.length = 0;
    const authorization = `Bearer ${await tokenOf('acme')}`;
    return request(to)
      .post(path)
      .set({ authorization, ...headers })
      .send(body);
  };

  const other: [string, { path?: string; headers?: object; body?: object }][] = [
    ['x-tenant-id', { headers: { 'x-tenant-id': 'blue' } }],
    ['X-Tenant-ID in capitals', { headers: { 'X-TENANT-ID': 'blue' } }],
    ['x-tenant-id with both', { headers: { 'x-tenant-id': 'acme, blue' } }],
    ['another case of the same', { headers: { 'x-tenant-id': 'ACME' } }],
    ['tenantId in the query', { path: '/?tenantId=blue' }],
    ['tenant_id in the query', { path: '/?tenant_id=blue' }],
    ['tenant in the query', { path: '/?tenant=blue' }],
    ['twice in the query', { path: '/?tenant=acme&tenant=blue' }],
    ['an encoded name in the query', { path: '/?%74enant%49d=blue' }],
    ['an encoded value in the query', { path: '/?tenantId=%62lue' }],
    ['the body', { body: { tenantId: 'blue' } }],
    ['a list in the body', { body: { tenant_id: ['acme', 'blue'] } }],
    ['a number in the body', { body: { tenant: 7 } }],
    ['the path', { path: '/t/blue' }],
  ];
  it.each(other)('%s: 403, and nothing is reached', async (_where, sent) => {
    const { status, body, text } = await send(app(), sent);
    expect([status, body.code]).toEqual([403, 'TENANT_MISMATCH']);
    expect(text).not.toMatch(/acme|blue/);
    expect(reached).toEqual([]);
  });

  it('the same tenant everywhere is fine', async () => {
    const sent = {
      path: '/t/acme?tenant=acme&tenantId=',
      headers: { 'x-tenant-id': 'acme' },
      body: { tenantId: 'acme' },
    };
    expect((await send(app(), sent)).status).toBe(200);
    expect(reached).toEqual(['acme']);
  });

  it('an API key of another tenant beside the token is 403, a bad one 401; the token alone passes', async () => {
    const blue = await send(app(), { headers: { 'x-api-key': await keyOf('blue') } });
    expect([blue.status, blue.body.code]).toEqual([403, 'TENANT_MISMATCH']);
    const bad = await send(app(), { headers: { 'x-api-key': newApiKey() } });
    expect([bad.status, bad.body.code]).toEqual([401, 'API_KEY_INVALID']);
    expect(reached).toEqual([]);
    expect((await send(app(), { headers: { 'x-api-key': await keyOf('acme') } })).status).toBe(200);
  });

  it('an API key in Authorization passes the JWT of the chain by, and is checked alike', async () => {
    const headers = { authorization: `Bearer ${await keyOf('blue')}` };
    expect((await send(app(), { headers })).body).toEqual({ tenant: 'blue' });
    expect((await send(app(), { headers, path: '/?tenantId=acme' })).status).toBe(403);
  });

  it('a body that is parsed afterwards is of no effect on whose cache it is', async () => {
    expect((await send(app({}, []), { body: { tenantId: 'blue' } })).body).toEqual({ tenant: 'acme' });
  });

  it('a name of another meaning can be exempted, alone or with all others', async () => {
    const path = '/?tenant=blue';
    expect((await send(app({ mismatch: { query: ['tenantId'] } }), { path })).status).toBe(200);
    expect((await send(app({ mismatch: { query: ['tenantId'] } }), { path: '/?tenantId=blue' })).status).toBe(403);
    expect((await send(app({ mismatch: { headers: ['X-Org'] } }), { headers: { 'x-org': 'blue' } })).status).toBe(403);
    for (const [, sent] of other) {
      if (sent.path?.startsWith('/t/')) continue;
      expect((await send(app({ mismatch: false }), sent)).body).toEqual({ tenant: 'acme' });
    }
  });
});
