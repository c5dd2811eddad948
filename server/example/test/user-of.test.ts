import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { SignJWT } from 'jose';
import { userOfToken } from '../src/access/user-of.js';

const SECRET = 'a secret of thirty-two bytes or more';
const userOf = userOfToken(SECRET, 'issuer', 'audience');

const token = (claims: object, expires = '1m') =>
  new SignJWT({ tenant_id: 'acme', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('issuer')
    .setAudience('audience')
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(SECRET));
const asking = (authorization: string | undefined, more: object = {}) =>
  userOf({ headers: { authorization }, tenantCache: { tenantId: 'acme' }, ...more } as unknown as Request);

describe('whose request it is', () => {
  it.each(['Bearer ', 'Bearer  ', 'bearer   ', ' Bearer '])('is the user of the token after "%s"', async (scheme) => {
    expect(await asking(scheme + (await token({ sub: 'ann' })))).toBe('ann');
  });

  it('is the tenant itself by a token without a user, or by an API key', async () => {
    expect(await asking(`Bearer ${await token({})}`)).toBeUndefined();
    expect(await asking('Bearer tck_key', { tenantCacheKey: { id: 'k' } })).toBeUndefined();
  });

  it.each([
    ['a token that has expired meanwhile', () => token({ sub: 'ann' }, '-1s')],
    ['a token of another tenant', () => token({ sub: 'ann', tenant_id: 'blue' })],
    ['no token', async () => ''],
    ['something else than a token', async () => 'x y'],
  ])('is nobody by %s, and never the tenant', async (_, make) => {
    await expect(asking(`Bearer ${await make()}`)).rejects.toMatchObject({ status: 401 });
  });
});
