import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import request from 'supertest';
import { fromJwt } from '../../src/tenant/from-jwt.js';
import { tenantApp } from '../unit/http/tenant-app.js';

const first = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const second = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signed = (kid: string, key: KeyObject, claims: object = {}) =>
  new SignJWT({ tenant_id: 'acme', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setExpirationTime('10d')
    .sign(key);

describe('attack 13: the key set', () => {
  let reads = 0;
  let answer: () => { status: number; body: string } = () => ({ status: 500, body: '' });
  const server = createServer((_req, res) => {
    reads += 1;
    const { status, body } = answer();
    res.writeHead(status, { location: '/elsewhere' }).end(body);
  });
  let clockMs = 0;
  let serial = 0;
  let app: ReturnType<typeof tenantApp>;

  const serve = async (keys: Record<string, KeyObject>): Promise<void> => {
    const jwks = await Promise.all(
      Object.entries(keys).map(async ([kid, key]) => ({ ...(await exportJWK(key)), kid })),
    );
    answer = () => ({ status: 200, body: JSON.stringify({ keys: jwks }) });
  };
  const call = (token: string) => request(app).get('/').set('Authorization', `Bearer ${token}`);
  /** A token never seen, so that no answer comes from memory. */
  const fresh = (kid: string, key: KeyObject) => signed(kid, key, { jti: String(serial++) });

  beforeEach(async () => {
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    reads = 0;
    clockMs = 0;
    const realNow = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + clockMs);
    const { port } = server.address() as AddressInfo;
    app = tenantApp({ tenant: fromJwt({ jwksUrl: `http://127.0.0.1:${port}/jwks` }) });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('is read once for many tokens', async () => {
    await serve({ one: first.publicKey });
    const calls = Array.from({ length: 30 }, async () => call(await fresh('one', first.privateKey)).expect(200));
    await Promise.all(calls);
    expect(reads).toBe(1);
  });

  it('is never open: nothing passes while there are no keys, and one read a second is made', async () => {
    for (const broken of [
      { status: 500, body: '' },
      { status: 302, body: '' },
      { status: 200, body: '{' },
      { status: 200, body: '{"keys":7}' },
    ]) {
      answer = () => broken;
      clockMs += 2_000;
      reads = 0;
      for (let time = 0; time < 5; time++) {
        const { body } = await call(await fresh('one', first.privateKey)).expect(503);
        expect(body.code).toBe('DIRECTORY_UNAVAILABLE');
      }
      expect(reads).toBe(1);
    }
    await serve({ one: first.publicKey });
    clockMs += 2_000;
    await call(await fresh('one', first.privateKey)).expect(200);
  });

  it('keeps the last good keys for a day while it does not answer', async () => {
    await serve({ one: first.publicKey });
    await call(await fresh('one', first.privateKey)).expect(200);
    answer = () => ({ status: 500, body: '' });
    for (const hours of [1, 12, 23]) {
      clockMs = hours * 3_600_000;
      await call(await fresh('one', first.privateKey)).expect(200);
      await call(await fresh('one', second.privateKey)).expect(401);
    }
    clockMs = 25 * 3_600_000;
    await call(await fresh('one', first.privateKey)).expect(503);
  });

  it('a flood of unknown kids makes one read in 30 seconds', async () => {
    await serve({ one: first.publicKey });
    await call(await fresh('one', first.privateKey)).expect(200);
    clockMs += 31_000;
    for (let index = 0; index < 50; index++) await call(await fresh(`kid-${index}`, second.privateKey)).expect(401);
    expect(reads).toBe(2);
  });

  it('a rotated key is found at its first token, and a withdrawn one loses its effect', async () => {
    await serve({ one: first.publicKey });
    const old = await fresh('one', first.privateKey);
    await call(old).expect(200);
    await serve({ two: second.publicKey });
    clockMs += 31_000;
    await call(await fresh('two', second.privateKey)).expect(200);
    await call(await fresh('one', first.privateKey)).expect(401);
    await call(old).expect(200);
    clockMs += 600_000;
    await call(old).expect(401);
  });

  it('is refreshed in the background: no request waits for it', async () => {
    await serve({ one: first.publicKey });
    await call(await fresh('one', first.privateKey)).expect(200);
    clockMs += 601_000;
    const read = new Promise<void>((resolve) => {
      answer = () => {
        resolve();
        return { status: 500, body: '' };
      };
    });
    await call(await fresh('one', first.privateKey)).expect(200);
    await read;
  });

  it('is given up where it is longer than any key set: nothing passes, and the rest is not read', async () => {
    answer = () => ({ status: 200, body: `{"keys":[],"x":"${'y'.repeat(2_000_000)}"}` });
    await call(await fresh('one', first.privateKey)).expect(503);
    await serve({ one: first.publicKey });
    clockMs += 2_000;
    await call(await fresh('one', first.privateKey)).expect(200);
  });

  it('that comes back empty lets nothing pass, though keys were there before', async () => {
    await serve({ one: first.publicKey });
    await call(await fresh('one', first.privateKey)).expect(200);
    answer = () => ({ status: 200, body: '{"keys":[]}' });
    clockMs += 601_000;
    await call(await fresh('one', first.privateKey));
    await call(await fresh('unknown', second.privateKey)).expect(401);
    await call(await fresh('one', first.privateKey)).expect(401);
  });

  it('answers no token by a key of another kid, nor without a kid where there are two', async () => {
    await serve({ one: first.publicKey, two: second.publicKey });
    await call(await fresh('one', second.privateKey)).expect(401);
    await call(await fresh('two', first.privateKey)).expect(401);
    const nameless = await new SignJWT({ tenant_id: 'acme' })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(first.privateKey);
    await call(nameless).expect(401);
  });

  it('symmetric keys in it verify nothing', async () => {
    answer = () => ({ status: 200, body: JSON.stringify({ keys: [{ kty: 'oct', kid: 'one', k: 'A'.repeat(64) }] }) });
    const token = await new SignJWT({ tenant_id: 'acme' })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(Buffer.from('A'.repeat(64), 'base64url'));
    await call(token).expect(401);
  });
});
