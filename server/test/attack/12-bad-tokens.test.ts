import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { fromJwt } from '../../src/tenant/from-jwt.js';
import { tenantApp } from '../unit/http/tenant-app.js';

const secret = randomBytes(48).toString('base64');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const der = rsa.publicKey.export({ type: 'spki', format: 'der' });

const now = Math.floor(Date.now() / 1_000);
const claims = { tenant_id: 'acme', iss: 'https://issuer.example', aud: 'api', exp: now + 600 };
const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Spelled by hand, because no library makes most of these. */
function token(payload: unknown, header: object, key: string | Buffer | KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`;
  if (typeof key === 'string' || Buffer.isBuffer(key)) {
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
  }
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}
const hs = (payload: unknown = claims, header: object = {}) =>
  token(payload, { alg: 'HS256', typ: 'JWT', ...header }, secret);
const rs = (payload: unknown = claims, header: object = {}) =>
  token(payload, { alg: 'RS256', ...header }, rsa.privateKey);
const [header, payload, signature] = hs().split('.') as [string, string, string];
const without = (name: string) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
const jwk = attacker.publicKey.export({ format: 'jwk' });
const { n: modulus = '' } = rsa.publicKey.export({ format: 'jwk' });
const forged = (extra: object) => token(claims, { alg: 'RS256', ...extra }, attacker.privateKey);

/** Signed by the right secret, with what no JSON library writes. */
function twice(headText: string, payloadText: string): string {
  const input = `${Buffer.from(headText).toString('base64url')}.${Buffer.from(payloadText).toString('base64url')}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
const head = '{"alg":"HS256","typ":"JWT"}';
const rest = `"iss":"${claims.iss}","aud":"api","exp":${claims.exp}`;

const common = { issuer: claims.iss, audience: claims.aud, requireExpiry: true };
const withSecret = tenantApp({ tenant: fromJwt({ secret, typ: 'JWT', ...common }) });
const withKey = tenantApp({ tenant: fromJwt({ publicKey: pem, ...common }) });

const bad: [string, string][] = [
  ['alg none, no signature', `${encode({ alg: 'none' })}.${payload}.`],
  ['alg None', `${encode({ alg: 'None' })}.${payload}.${signature}`],
  ['alg nOnE without the last dot', `${encode({ alg: 'nOnE' })}.${payload}`],
  ['alg missing', token(claims, { typ: 'JWT' }, secret)],
  ['alg empty', token(claims, { alg: '' }, secret)],
  ['alg that is a list', token(claims, { alg: ['HS256'] }, secret)],
  ['another HMAC than configured', hs(claims, { alg: 'HS512' })],
  ['signed with another secret', token(claims, { alg: 'HS256' }, 'x'.repeat(32))],
  ['signed with an empty secret', token(claims, { alg: 'HS256' }, '')],
  ['signature missing', `${header}.${payload}.`],
  ['signature cut', `${header}.${payload}.${signature.slice(0, -2)}`],
  ['signature of another token', `${header}.${encode({ ...claims, tenant_id: 'blue' })}.${signature}`],
  ['header altered', `${encode({ alg: 'HS256', typ: 'JWT', x: 1 })}.${payload}.${signature}`],
  ['expired', hs({ ...claims, exp: now - 1 })],
  ['expired since 1970', hs({ ...claims, exp: 0 })],
  ['exp negative', hs({ ...claims, exp: -1 })],
  ['exp as text', hs({ ...claims, exp: String(now + 600) })],
  ['exp missing', hs(without('exp'))],
  ['not yet valid', hs({ ...claims, nbf: now + 600 })],
  ['nbf as text', hs({ ...claims, nbf: 'now' })],
  ['another issuer', hs({ ...claims, iss: 'https://evil.example' })],
  ['issuer missing', hs(without('iss'))],
  ['another audience', hs({ ...claims, aud: 'web' })],
  ['audience missing', hs(without('aud'))],
  ['audience list without us', hs({ ...claims, aud: ['web', 'mobile'] })],
  ['claim missing', hs(without('tenant_id'))],
  ['claim null', hs({ ...claims, tenant_id: null })],
  ['claim that is a list', hs({ ...claims, tenant_id: ['acme'] })],
  ['claim that is a number', hs({ ...claims, tenant_id: 7 })],
  ['claims that are a list', hs([claims])],
  ['claims that are null', hs(null)],
  ['claims that are no JSON', `${header}.${Buffer.from('{').toString('base64url')}.${signature}`],
  ['crit with something unknown', hs(claims, { crit: ['x'], x: 1 })],
  ['crit empty', hs(claims, { crit: [] })],
  ['b64 false', hs(claims, { b64: false, crit: ['b64'] })],
  ['two parts', `${header}.${payload}`],
  ['four parts', `${hs()}.x`],
  ['five parts (JWE)', `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`],
  ['no token after the scheme', ''],
  ['words', 'let me in'],
  ['not base64url', `${header}.${payload}!.${signature}`],
  ['padding', `${hs()}==`],
  ['huge', hs({ ...claims, x: 'y'.repeat(9_000) })],
  ['a huge head', hs(claims, { x: 'y'.repeat(9_000) })],
  ['another typ than configured', hs(claims, { typ: 'at+jwt' })],
  ['typ missing', token(claims, { alg: 'HS256' }, secret)],
  ['typ that is a list', hs(claims, { typ: ['JWT'] })],
  ['alg stated twice, none last', twice('{"alg":"HS256","typ":"JWT","alg":"none"}', JSON.stringify(claims))],
  ['tenant stated twice, the last no text', twice(head, `{"tenant_id":"blue",${rest},"tenant_id":1}`)],
  ['exp stated twice, the last one past', twice(head, `{"tenant_id":"acme",${rest},"exp":1}`)],
  ['exp infinite', twice(head, `{"tenant_id":"acme",${rest},"exp":1e999}`)],
  ['a kid that is an object', hs(claims, { kid: {} }).replace(/[^.]*$/, '')],
];

const confused: [string, string][] = [
  ['HS256 with the PEM as secret', token(claims, { alg: 'HS256' }, pem)],
  ['HS256 with the trimmed PEM as secret', token(claims, { alg: 'HS256' }, pem.trim())],
  ['HS256 with the DER as secret', token(claims, { alg: 'HS256' }, der)],
  ['alg none', `${encode({ alg: 'none' })}.${payload}.`],
  ['PS256 in place of RS256', rs(claims, { alg: 'PS256' })],
  ['ES256 in place of RS256', rs(claims, { alg: 'ES256' })],
  ["the attacker's key in jwk", forged({ jwk })],
  ["the attacker's key behind jku", forged({ jku: 'http://127.0.0.1:1/jwks' })],
  ["the attacker's key behind x5u", forged({ x5u: 'http://127.0.0.1:1/cert' })],
  [
    "the attacker's key in x5c",
    forged({ x5c: [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] }),
  ],
  ['a kid that is a path', forged({ kid: '../../../../dev/null' })],
  [
    'HS256 with the key as JWK text',
    token(claims, { alg: 'HS256' }, JSON.stringify(rsa.publicKey.export({ format: 'jwk' }))),
  ],
  ['HS256 with the modulus', token(claims, { alg: 'HS256' }, Buffer.from(modulus, 'base64url'))],
  ['HS512 with the PEM as secret', token(claims, { alg: 'HS512' }, pem)],
  ['RS512 in place of RS256', rs(claims, { alg: 'RS512' })],
  ['EdDSA in place of RS256', rs(claims, { alg: 'EdDSA' })],
  ['an empty signature', `${rs().split('.').slice(0, 2).join('.')}.`],
  ['a signature of zeros', `${rs().split('.').slice(0, 2).join('.')}.${Buffer.alloc(256).toString('base64url')}`],
  ["the attacker's key in jwk, with our kid", forged({ jwk: { ...jwk, kid: 'ours' }, kid: 'ours' })],
  ['a kid of control characters', forged({ kid: '\u0000\r\nSet-Cookie: x=1' })],
  ['a kid that is a command', forged({ kid: '$(touch x)' })],
  ['a kid that is SQL', forged({ kid: "' UNION SELECT 'x" })],
  ['expired', rs({ ...claims, exp: now - 1 })],
];

describe('attack 12: bad tokens', () => {
  const call = (app: ReturnType<typeof tenantApp>, value: string) =>
    request(app).get('/').set('Authorization', `Bearer ${value}`);

  it('good ones pass, so that the others fail for their own reason', async () => {
    expect((await call(withSecret, hs()).expect(200)).body.tenant).toBe('acme');
    expect((await call(withSecret, hs({ ...claims, aud: ['web', 'api'] })).expect(200)).body.tenant).toBe('acme');
    expect((await call(withKey, rs()).expect(200)).body.tenant).toBe('acme');
  });

  it.each(bad)('%s: 401', async (_name, value) => {
    // Asked twice: what was refused must not be remembered as verified.
    for (let time = 0; time < 2; time++) {
      const { body, headers, text } = await call(withSecret, value).expect(401);
      expect(body.code).toBe('TOKEN_INVALID');
      expect(headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      expect(text).not.toMatch(/acme|issuer|ERR_/);
    }
  });

  it('a key set, a URL or a certificate that a token names is never fetched', async () => {
    let asked = 0;
    const canary = createServer((_req, res) => {
      asked += 1;
      res.end(JSON.stringify({ keys: [{ ...jwk, kid: 'mine', alg: 'RS256' }] }));
    });
    await new Promise<void>((done) => void canary.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/jwks`;
    for (const extra of [
      { jku: url, kid: 'mine' },
      { x5u: url },
      { kid: url },
      { iss: url },
      { jku: url, crit: ['jku'] },
    ]) {
      await call(withKey, forged(extra)).expect(401);
    }
    await new Promise((done) => canary.close(done));
    expect(asked).toBe(0);
  });

  it.each(confused)('public key, %s: 401', async (_name, value) => {
    expect((await call(withKey, value).expect(401)).body.code).toBe('TOKEN_INVALID');
  });

  it('a tenant id off the grammar in a good token is 400, not a namespace', async () => {
    for (const tenant_id of ['', 'a:b', 'a}:r:x', '__proto__']) {
      expect((await call(withSecret, hs({ ...claims, tenant_id })).expect(400)).body.code).toBe('TENANT_INVALID');
    }
  });
});
