import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { SignJWT, UnsecuredJWT } from 'jose';
import { adminAuthorize } from '../src/admin-authorize.js';

const SECRET = 'admin-secret-of-the-tests-32-bytes!!';
const authorize = adminAuthorize(SECRET);
const ask = (authorization?: string) => authorize({ headers: { authorization } } as Request);

interface Change {
  secret?: string;
  issuer?: string;
  audience?: string;
  expires?: string | number | undefined;
  claims?: Record<string, unknown>;
}

function token({
  secret = SECRET,
  issuer = 'tenantcache-dashboard',
  audience = 'tenantcache-admin',
  ...rest
}: Change = {}) {
  const jwt = new SignJWT({ sub: 'ops@example.com', role: 'admin', ...rest.claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience(audience);
  const expires = 'expires' in rest ? rest.expires : '1m';
  if (expires !== undefined) jwt.setExpirationTime(expires);
  return jwt.sign(new TextEncoder().encode(secret));
}

describe('who may administer', () => {
  it('is who the dashboard says, and the audit learns by which way', async () => {
    expect(await ask(`Bearer ${await token()}`)).toEqual({
      actor: 'ops@example.com',
      role: 'admin',
      source: 'dashboard',
    });
    expect(await ask(`Bearer ${await token({ issuer: 'tenantcache-script' })}`)).toMatchObject({ source: 'api' });
    expect(await ask(`Bearer ${await token({ claims: { onBehalfOf: 'tenant' } })}`)).toMatchObject({
      onBehalfOf: 'tenant',
    });
  });

  it('names the tenant of a tenant role', async () => {
    const claims = { role: 'tenant_viewer', tenant: 'acme' };
    expect(await ask(`Bearer ${await token({ claims })}`)).toMatchObject(claims);
    expect(await ask(`Bearer ${await token({ claims: { role: 'tenant_viewer', tenant: 1 } })}`)).toBeUndefined();
  });

  it('passes a role that does not exist on, for the admin router to answer 403', async () => {
    expect(await ask(`Bearer ${await token({ claims: { role: 'root' } })}`)).toMatchObject({ role: 'root' });
  });

  it.each<[string, Change]>([
    ['another secret', { secret: 'another-secret-that-has-32-bytes!!!!' }],
    ['another issuer', { issuer: 'somebody' }],
    ['another audience', { audience: 'tenantcache-example' }],
    ['no expiry', { expires: undefined }],
    ['a control character in its subject', { claims: { sub: 'ops\u0000@example.com' } }],
    ['one in whom it acts for', { claims: { onBehalfOf: 'a\nb' } }],
    ['an expiry in the past', { expires: 1_000 }],
    ['a role that is no text', { claims: { role: { admin: true } } }],
    ['an empty role', { claims: { role: '' } }],
    ['an empty subject', { claims: { sub: '' } }],
  ])('is nobody whose token has %s', async (_, change) => {
    expect(await ask(`Bearer ${await token(change)}`)).toBeUndefined();
  });

  it('is nobody without a token, with another scheme, or with an unsigned token', async () => {
    const unsigned = new UnsecuredJWT({ sub: 'ops', role: 'admin' })
      .setIssuer('tenantcache-dashboard')
      .setAudience('tenantcache-admin')
      .setExpirationTime('1m')
      .encode();
    for (const header of [undefined, '', 'Bearer', `Basic ${await token()}`, `Bearer ${unsigned}`, 'Bearer a.b.c']) {
      expect(await ask(header)).toBeUndefined();
    }
  });
});
