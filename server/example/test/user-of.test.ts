import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { SignJWT } from 'jose';
import { userOfToken } from '../src/access/user-of.js';

const SECRET = 'a secret of thirty-two bytes or more';
const userOf = userOfToken(SECRET, 'issuer', 'audience');

const token = (
  claims: object,
  { expires = '1m', alg = 'HS256', issuer = 'issuer', audience = 'audience', secret = SECRET } = {},
) =>
  new SignJWT({ tenant_id: 'acme', ...claims })
    .setProtectedHeader({ alg })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
const requestWith = (authorization: string | undefined, more: object = {}) =>
  ({ headers: { authorization }, tenantCache: { tenantId: 'acme' }, ...more }) as unknown as Request;
const asking = (...of: Parameters<typeof requestWith>) => userOf(requestWith(...of));

describe('whose request it is', () => {
  it.each(['Bearer ', 'Bearer  ', 'bearer   ', ' Bearer '])('is the user of the token after "%s"', async (scheme) => {
    expect(await asking(scheme + (await token({ sub: 'ann' })))).toBe('ann');
  });

  it('is the tenant itself by a token without a user, or by an API key', async () => {
    expect(await asking(`Bearer ${await token({})}`)).toBeUndefined();
    expect(await asking('Bearer tck_key', { tenantCacheKey: { id: 'k' } })).toBeUndefined();
  });

  it.each([
    ['a token that has expired meanwhile', () => token({ sub: 'ann' }, { expires: '-1s' })],
    ['a token of another issuer', () => token({ sub: 'ann' }, { issuer: 'else' })],
    ['a token for another audience', () => token({ sub: 'ann' }, { audience: 'else' })],
    ['a token by another secret', () => token({ sub: 'ann' }, { secret: `${SECRET}!` })],
    ['a token by another algorithm', () => token({ sub: 'ann' }, { alg: 'HS512' })],
    ['a token of another tenant', () => token({ sub: 'ann', tenant_id: 'blue' })],
    ['no token', async () => ''],
    ['something else than a token', async () => 'x y'],
  ])('is nobody by %s, and never the tenant', async (_, make) => {
    await expect(asking(`Bearer ${await make()}`)).rejects.toMatchObject({ status: 401 });
  });

  it('is read once for a request, and for each request anew', async () => {
    const authorization = `Bearer ${await token({ sub: 'ann' })}`;
    const request = requestWith(authorization);
    const read = userOf(request);
    expect(userOf(request)).toBe(read);
    expect(await read).toBe('ann');
    const other = requestWith(`Bearer ${await token({ sub: 'ben' })}`);
    expect(await userOf(other)).toBe('ben');
  });
});
