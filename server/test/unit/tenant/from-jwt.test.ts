import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SignJWT } from 'jose';
import { type FromJwtOptions, fromJwt } from '../../../src/tenant/from-jwt.js';

const secret = randomBytes(32).toString('base64');
const requestWith = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;
const bearer = (token: string) => requestWith({ authorization: `Bearer ${token}` });
const invalid = expect.objectContaining({ code: 'TOKEN_INVALID', status: 401 });

async function signed(
  claims: Record<string, unknown> = { tenant_id: 'acme' },
  key: KeyObject | Uint8Array = Buffer.from(secret),
  alg = 'HS256',
  expiresIn: string | number = '1h',
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).setExpirationTime(expiresIn).sign(key);
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a token', () => {
  it('names the tenant; no token, or another scheme, names none', async () => {
    const resolve = fromJwt({ secret });
    expect(await resolve(bearer(await signed()))).toBe('acme');
    expect(await resolve(requestWith({ authorization: `bearer  ${await signed()}` }))).toBe('acme');
    expect(resolve(requestWith({}))).toBeUndefined();
    expect(resolve(requestWith({ authorization: 'Basic YTpi' }))).toBeUndefined();
  });

  it('may come in another header and another claim, from one issuer for one audience', async () => {
    const resolve = fromJwt({ secret, headerName: 'X-Token', claim: 'org', issuer: 'us', audience: ['api'] });
    const good = await signed({ org: 'acme', iss: 'us', aud: 'api' });
    expect(await resolve(requestWith({ 'x-token': good }))).toBe('acme');
    for (const claims of [
      { org: 'acme', iss: 'them', aud: 'api' },
      { org: 'acme', iss: 'us', aud: 'web' },
      { org: 'acme' },
    ]) {
      await expect(resolve(requestWith({ 'x-token': await signed(claims) }))).rejects.toEqual(invalid);
    }
  });

  it('is answered at once the second time, and not after it expired', async () => {
    const resolve = fromJwt({ secret });
    const token = await signed(undefined, undefined, undefined, '60s');
    expect(resolve(bearer(token))).toBeInstanceOf(Promise);
    await resolve(bearer(token));
    expect(resolve(bearer(token))).toBe('acme');
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 58_000);
    expect(resolve(bearer(token))).toBe('acme');
    jest.spyOn(Date, 'now').mockReturnValue(now + 61_000);
    expect(resolve(bearer(token))).toBeInstanceOf(Promise);
  });

  it('is verified again after 10 minutes, however long it lives', async () => {
    const resolve = fromJwt({ secret });
    const token = await signed(undefined, undefined, undefined, '10h');
    await resolve(bearer(token));
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 600_001);
    expect(await resolve(bearer(token))).toBe('acme');
  });

  it('may be a little late where clocks differ, and without expiry unless one is required', async () => {
    const late = await signed(undefined, undefined, undefined, Math.floor(Date.now() / 1_000) - 5);
    await expect(fromJwt({ secret })(bearer(late))).rejects.toEqual(invalid);
    expect(await fromJwt({ secret, clockTolerance: '30s' })(bearer(late))).toBe('acme');
    const eternal = await new SignJWT({ tenant_id: 'acme' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(secret));
    expect(await fromJwt({ secret })(bearer(eternal))).toBe('acme');
    await expect(fromJwt({ secret, requireExpiry: true })(bearer(eternal))).rejects.toEqual(invalid);
  });

  it.each([
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['EdDSA', () => generateKeyPairSync('ed25519')],
  ])('signed with %s is checked with the public key, as PEM or KeyObject', async (alg, pair) => {
    const { publicKey, privateKey } = pair();
    const token = await signed(undefined, privateKey, alg);
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    expect(await fromJwt({ publicKey: pem })(bearer(token))).toBe('acme');
    expect(await fromJwt({ publicKey })(bearer(token))).toBe('acme');
  });

  it('is refused with another algorithm of the same key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await signed(undefined, privateKey, 'RS512');
    await expect(fromJwt({ publicKey })(bearer(token))).rejects.toEqual(invalid);
    expect(await fromJwt({ publicKey, algorithms: ['RS512'] })(bearer(token))).toBe('acme');
  });

  it('may have to state its kind', async () => {
    const kind = (typ: string) =>
      new SignJWT({ tenant_id: 'acme' }).setProtectedHeader({ alg: 'HS256', typ }).sign(Buffer.from(secret));
    const resolve = fromJwt({ secret, typ: 'at+jwt' });
    expect(await resolve(bearer(await kind('at+jwt')))).toBe('acme');
    expect(await resolve(bearer(await kind('application/at+jwt')))).toBe('acme');
    await expect(resolve(bearer(await kind('JWT')))).rejects.toEqual(invalid);
    await expect(resolve(bearer(await signed()))).rejects.toEqual(invalid);
  });

  it('that is an API key belongs to another resolver', () => {
    expect(fromJwt({ secret })(bearer('tck_anything'))).toBeUndefined();
  });

  it('leaves no trace of itself or its claims in the error', async () => {
    const token = await signed({ tenant_id: 'acme', email: 'canary@example.com' }, undefined, undefined, 1);
    const error = await Promise.resolve(fromJwt({ secret })(bearer(token))).catch((reason) => reason);
    expect(error).toEqual(invalid);
    expect(error.detail).toEqual({ given: 'ERR_JWT_EXPIRED' });
    expect(error.cause).toBeUndefined();
  });
});

describe('a revocation', () => {
  it.each(['at once', 'by promise'])(
    'is in force with the next request, for remembered tokens too: %s',
    async (how) => {
      const revoked = new Set<string>();
      const asked: unknown[] = [];
      const isRevoked: FromJwtOptions['isRevoked'] = (claims) => {
        asked.push(claims);
        const answer = revoked.has(claims.jti ?? '') || revoked.has(claims.tenant);
        return how === 'at once' ? answer : Promise.resolve(answer);
      };
      const resolve = fromJwt({ secret, isRevoked });
      const [one, two] = [
        await signed({ tenant_id: 'acme', jti: '1', email: 'x' }),
        await signed({ tenant_id: 'acme', jti: '2' }),
      ];
      expect(await resolve(bearer(one))).toBe('acme');
      expect(await resolve(bearer(one))).toBe('acme');
      expect(asked[1]).toEqual({ jti: '1', exp: expect.any(Number), tenant: 'acme' });
      expect(asked).toHaveLength(2);
      revoked.add('1');
      for (let time = 0; time < 2; time++) await expect(async () => resolve(bearer(one))).rejects.toEqual(invalid);
      expect(await resolve(bearer(two))).toBe('acme');
      revoked.add('acme');
      await expect(async () => resolve(bearer(two))).rejects.toEqual(invalid);
    },
  );

  it('that nobody can tell of refuses the request', async () => {
    const away = expect.objectContaining({ code: 'DIRECTORY_UNAVAILABLE' });
    const token = await signed();
    for (const isRevoked of [() => JSON.parse('secret'), async () => Promise.reject(new Error('secret'))]) {
      const resolve = fromJwt({ secret, isRevoked });
      await expect(async () => resolve(bearer(token))).rejects.toEqual(away);
      await expect(async () => resolve(bearer(token))).rejects.toEqual(away);
    }
    // Neither true nor false: a slip that must not let through.
    const resolve = fromJwt({ secret, isRevoked: () => undefined as never });
    await expect(async () => resolve(bearer(token))).rejects.toEqual(invalid);
  });
});

describe('options', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = (key: KeyObject) =>
    key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }) as string;
  const bad: [string, unknown][] = [
    ['no options', undefined],
    ['no key', {}],
    ['two keys', { secret, publicKey: rsa.publicKey }],
    ['an unknown name', { secret, secrets: 1 }],
    ['a short secret', { secret: 'x'.repeat(31) }],
    ['a secret too short for HS512', { secret: 'x'.repeat(63), algorithms: ['HS512'] }],
    ['a secret that is a number', { secret: 12345 }],
    ['none', { secret, algorithms: ['none'] }],
    ['no algorithm', { secret, algorithms: [] }],
    ['an algorithm of another kind of key', { secret, algorithms: ['RS256'] }],
    ['HMAC with a public key', { publicKey: rsa.publicKey, algorithms: ['HS256'] }],
    ['HMAC with a key set', { jwksUrl: 'https://issuer.example/jwks', algorithms: ['HS256'] }],
    ['a private key', { publicKey: rsa.privateKey }],
    ['a private key as PEM', { publicKey: pem(rsa.privateKey) }],
    ['text that is no key', { publicKey: 'hello' }],
    ['a key that is neither', { publicKey: 7 }],
    ['a small RSA key', { publicKey: generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey }],
    ['a curve JWTs do not know', { publicKey: generateKeyPairSync('x25519').publicKey }],
    ['a key set over http', { jwksUrl: 'http://issuer.example/jwks' }],
    ['a key set with credentials', { jwksUrl: 'https://a:b@issuer.example/jwks' }],
    ['a key set from a file', { jwksUrl: 'file:///etc/jwks' }],
    ['a key set that is no URL', { jwksUrl: 'jwks' }],
    ['an empty claim', { secret, claim: '' }],
    ['an empty typ', { secret, typ: '' }],
    ['isRevoked that is no function', { secret, isRevoked: [] }],
    ['an empty header name', { secret, headerName: '' }],
    ['a tolerance that is no duration', { secret, clockTolerance: 'soon' }],
  ];
  it.each(bad)('%s: refused at construction, without the secret in the message', (_name, options) => {
    let error: Error | undefined;
    try {
      fromJwt(options as FromJwtOptions);
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(error).toMatchObject({ code: 'OPTION_INVALID' });
    expect(error?.message).not.toContain(secret);
    expect(error?.message).not.toMatch(/BEGIN|xxxx|a:b/);
  });

  it('accepts what is fine', () => {
    expect(createPrivateKey(pem(rsa.privateKey)).type).toBe('private');
    for (const options of [
      { jwksUrl: 'https://issuer.example/jwks' },
      { jwksUrl: new URL('http://127.0.0.1:1/jwks') },
      { secret: randomBytes(64), algorithms: ['HS512'] },
    ]) {
      expect(fromJwt(options)).toBeInstanceOf(Function);
    }
  });
});
