import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import request from 'supertest';
import { retryDelayMs } from '../../../src/alerts/retry-delay.js';
import { signWebhook, verifyWebhook } from '../../../src/alerts/webhook-signature.js';
import { newWebhookSecret } from '../../../src/core/webhooks.js';

const SECRET = newWebhookSecret();
const NOW = 1_795_000_000_999;
const BODY = '{"id":"1","type":"ping"}';
const valid = (change: Partial<Parameters<typeof verifyWebhook>[0]> = {}) =>
  verifyWebhook({ secret: SECRET, header: signWebhook(SECRET, BODY, NOW), body: BODY, nowMs: NOW, ...change });

describe('a signature', () => {
  it('is the HMAC-SHA256 of time and body', () => {
    const mac = createHmac('sha256', SECRET).update(`1795000000.${BODY}`).digest('hex');
    expect(signWebhook(SECRET, BODY, NOW)).toBe(`t=1795000000,v1=${mac}`);
  });

  it('of 256 bits verifies, as text and as bytes, beside others as after a rotation', () => {
    expect(SECRET).toMatch(/^whsec_[\w-]{43}$/);
    expect([valid(), valid({ body: Buffer.from(BODY) })]).toEqual([true, true]);
    const [time, own] = signWebhook(SECRET, BODY, NOW).split(',');
    const [, other] = signWebhook(newWebhookSecret(), BODY, NOW).split(',');
    expect([valid({ header: `${time},${other},${own}` }), valid({ header: `${time},${other}` })]).toEqual([
      true,
      false,
    ]);
  });

  it('is not valid for another body, secret or time, nor too old, nor from the future', () => {
    expect(valid({ body: `${BODY} ` })).toBe(false);
    expect(valid({ secret: newWebhookSecret() })).toBe(false);
    expect(valid({ header: signWebhook(SECRET, BODY, NOW).replace('t=1795000000', 't=1795000001') })).toBe(false);
    expect([valid({ nowMs: NOW + 299_000 }), valid({ nowMs: NOW + 301_000 })]).toEqual([true, false]);
    expect(valid({ nowMs: NOW - 302_000 })).toBe(false);
    expect(valid({ nowMs: NOW + 301_000, toleranceMs: 400_000 })).toBe(true);
  });

  it('never throws for what a request may hold, and is never valid by chance', () => {
    for (const header of [
      undefined,
      '',
      't=1',
      'v1=00',
      't=,v1=',
      't=1,t=2,v1=00',
      ['t=1', 'v1=00'],
      'x'.repeat(9_999),
    ]) {
      expect(valid({ header })).toBe(false);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(valid({ header: text })).toBe(false);
        expect(valid({ header: `t=1795000000,v1=${text}` })).toBe(false);
      }),
    );
  });
});

describe('a receiver that is wired wrongly', () => {
  const refused = (todo: RegExp) =>
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(todo) });

  it('hears that it has no secret', () => {
    for (const secret of [undefined, null, '', 7]) {
      expect(() => valid({ secret: secret as never })).toThrow(refused(/no secret.*pass the secret that was shown/s));
    }
  });

  it('hears that its body was parsed, and how to read it raw; none of the body is in the error', () => {
    for (const body of [JSON.parse(BODY), [1], 7, null]) {
      expect(() => valid({ body })).toThrow(refused(/a body that was parsed.*express\.raw\(/s));
    }
    expect(() => valid({ body: { token: 's3cret' } as never })).not.toThrow(/s3cret/);
  });

  it('hears of a tolerance that would let every old message in', () => {
    for (const toleranceMs of [Number.NaN, '5m', -1])
      expect(() => valid({ toleranceMs: toleranceMs as never })).toThrow(refused(/toleranceMs/));
  });

  it('is told apart from a request without a body, which anybody may send', () => {
    expect([valid({ body: undefined as never }), valid({ body: {} as never })]).toEqual([false, false]);
  });
});

it('the example of the documentation accepts what is signed, and nothing else', async () => {
  const page = readFileSync(
    join(dirname(fileURLToPath(import.meta.url)), '../../../../docs/features/alerts.md'),
    'utf8',
  );
  const code = /```js receiver\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(code).toContain('verifyWebhook');
  const seen: unknown[] = [];
  const app = express();
  const make = new Function('app', 'express', 'verifyWebhook', 'secret', 'notify', code);
  make(app, express, verifyWebhook, SECRET, (event: unknown) => seen.push(event));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const send = async (header: string, body = BODY, type = 'application/json') => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/cache`;
    const headers = { 'content-type': type, 'tenantcache-signature': header };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  const header = signWebhook(SECRET, BODY, Date.now());
  expect([await send(header), await send(header, '{"id":"2"}'), await send('t=1,v1=00')]).toEqual([204, 400, 400]);
  // Of another type its body is not read, which must not look like a fault of the server.
  expect(await send(header, BODY, 'text/plain')).toBe(400);
  // The same message twice is one: deliveries are at least once.
  expect(await send(header)).toBe(204);
  expect(seen).toEqual([{ id: '1', type: 'ping' }]);
  server.close();
});

it('a receiver below express.json() hears why it cannot verify', async () => {
  const app = express().use(express.json());
  const caught: unknown[] = [];
  app.post('/', (req, res) => {
    try {
      verifyWebhook({ secret: SECRET, header: req.get('Tenantcache-Signature'), body: req.body });
    } catch (error) {
      caught.push(error);
    }
    res.end();
  });
  const header = signWebhook(SECRET, BODY, Date.now());
  await request(app).post('/').type('json').set('Tenantcache-Signature', header).send(BODY);
  expect(caught).toEqual([expect.objectContaining({ code: 'OPTION_INVALID' })]);
});

it('is tried 8 times over about a day, each time later, and never by the clock alone', () => {
  const delays = Array.from({ length: 8 }, (_, n) => retryDelayMs(n + 1, () => 0.5));
  expect(delays.at(-1)).toBeUndefined();
  const waits = delays.slice(0, -1) as number[];
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  const hours = waits.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
  expect(hours).toBeGreaterThan(20);
  expect(hours).toBeLessThan(28);
  expect([retryDelayMs(1, () => 0), retryDelayMs(1, () => 1)]).toEqual([24_000, 36_000]);
});
