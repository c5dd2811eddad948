import { beforeEach, describe, expect, it } from '@jest/globals';
import express, { type NextFunction, type Request, type Response } from 'express';
import express4 from 'express4';
import request from 'supertest';
import { type ErrorCode, fail } from '../../../src/core/errors.js';
import type { IdempotencyStore } from '../../../src/core/idempotency.js';
import { onceByKey } from '../../../src/http/idempotency.js';
import { problemHandler } from '../../../src/http/problem.js';
import { MemoryIdempotency } from '../../../src/tenant/memory-idempotency.js';
import { AdminApp, bearer } from './admin-app.js';

let runs: number;
let answer: (req: Request, res: Response) => Promise<unknown> | unknown;
let store: IdempotencyStore;
let nowMs: number;

const appOf = (make: () => express.Express = express) => {
  const app = make();
  app.use(express.json());
  app.all(
    '/things{/:id}'.replace(/\{.*/, make === express ? '{/:id}' : '/:id?'),
    (req: Request, res: Response, next: NextFunction) => {
      const call = { req, res, caller: req.get('x-actor') ?? 'ann', secretFields: ['secret'] };
      onceByKey(store, call, async () => {
        runs += 1;
        await answer(req, res);
      }).catch(next);
    },
  );
  app.use(problemHandler());
  return app;
};

beforeEach(() => {
  runs = 0;
  nowMs = 1_000_000;
  store = new MemoryIdempotency(() => nowMs);
  answer = (_req, res) =>
    res.status(201).set('ETag', '"7"').set('Location', '/things/1').set('X-Other', 'x').json({ run: runs });
});

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
])('an Idempotency-Key on %s', (_name, make) => {
  const send = (key?: string, body: object = { a: 1 }) => {
    const call = request(appOf(make)).post('/things');
    return (key === undefined ? call : call.set('Idempotency-Key', key)).send(body);
  };

  it('runs a request once, and gives its answer again', async () => {
    const first = await send('k1').expect(201);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    const { headers, body, text } = await send('k1').expect(201).expect('Idempotent-Replayed', 'true');
    expect(text).toBe(first.text);
    expect(body).toEqual({ run: 1 });
    expect(headers).toMatchObject({
      etag: '"7"',
      location: '/things/1',
      'content-type': first.headers['content-type'],
    });
    expect(headers).not.toHaveProperty('x-other');
    await send('k2').expect(201);
    await send().expect(201);
    await send().expect(201);
    expect(runs).toBe(4);
  });

  it('gives the whole answer of a handler that ends it twice, and again', async () => {
    answer = (_req, res) => {
      res.status(201).json({ run: runs });
      res.end();
    };
    const first = await send('k').expect(201);
    const again = await send('k').expect(201).expect('Idempotent-Replayed', 'true');
    expect([first.text, again.text]).toEqual(['{"run":1}', '{"run":1}']);
  });

  it('is the same key bare and as the quoted string of the draft', async () => {
    await send('k').expect(201);
    await send('"k"').expect(201).expect('Idempotent-Replayed', 'true');
    await send('a "b"').expect(201);
    await send('"a \\"b\\""').expect(201).expect('Idempotent-Replayed', 'true');
    expect(runs).toBe(2);
  });

  it.each([[['k', 'k']], [['a', 'b']], ['"k'], ['"k";p=1'], ['"a", "b"'], ['""'], ['"\\k"']])(
    'refuses %j, and runs nothing',
    async (key) => {
      const { body } = await request(appOf(make))
        .post('/things')
        .set('Idempotency-Key', key as string)
        .send({})
        .expect(400);
      expect(body.errors).toEqual([{ field: 'Idempotency-Key', message: expect.any(String) }]);
      expect(runs).toBe(0);
    },
  );

  it('gives an answer without content again', async () => {
    answer = (_req, res) => void res.status(204).end();
    await send('k').expect(204);
    await send('k').expect(204).expect('Idempotent-Replayed', 'true');
    expect(runs).toBe(1);
  });
});

describe('an Idempotency-Key', () => {
  const send = (key: string, { method = 'post', path = '/things', body = { a: 1 } as object, headers = {} } = {}) =>
    request(appOf())
      [method as 'post'](path)
      .set({ 'Idempotency-Key': key, ...headers })
      .send(body);

  it('is of one request: another method, path, query, body or precondition is 422', async () => {
    await send('k').expect(201);
    const others = [
      { method: 'patch' },
      { path: '/things/2' },
      { path: '/things?x=1' },
      { body: { a: 2 } },
      { body: {} },
      { headers: { 'If-Match': '"1"' } },
    ];
    for (const other of others) {
      expect((await send('k', other).expect(422)).body.code).toBe('IDEMPOTENCY_MISMATCH');
    }
    expect(runs).toBe(1);
  });

  it('is of one caller: another’s never replays', async () => {
    await send('k').expect(201, { run: 1 });
    await send('k', { headers: { 'x-actor': 'bob' } }).expect(201, { run: 2 });
    await send('k', { body: { a: 2 }, headers: { 'x-actor': 'bob' } }).expect(422);
  });

  it('is 409 while its request runs; of 64 at once one runs', async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let begun: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    answer = async (_req, res) => {
      begun();
      await gate;
      res.json({ run: runs });
    };
    const all = Array.from({ length: 64 }, () => send('k').then(({ status, body }) => ({ status, code: body.code })));
    await running;
    expect((await send('k').expect(409)).body.code).toBe('IDEMPOTENCY_RUNNING');
    go();
    const done = await Promise.all(all);
    expect(runs).toBe(1);
    expect(new Set(done.map(({ status }) => status))).toEqual(new Set([200, 409]));
    await send('k').expect(200).expect('Idempotent-Replayed', 'true');
  });

  it.each<[ErrorCode, boolean]>([
    ['REQUEST_INVALID', false],
    ['FORBIDDEN', false],
    ['TENANT_NOT_FOUND', false],
    ['PRECONDITION_FAILED', false],
    ['RATE_LIMITED', false],
    ['STORE_UNAVAILABLE', false],
    ['DIRECTORY_UNAVAILABLE', false],
    ['TENANT_EXISTS', true],
    ['INTERNAL', true],
  ])('of a request that was answered %s is kept: %s', async (code, kept) => {
    answer = () => Promise.reject(fail(code));
    const { status } = await send('k');
    answer = (_req, res) => void res.json({ run: runs });
    const again = await send('k');
    expect([again.status, runs]).toEqual(kept ? [status, 1] : [200, 2]);
    expect(again.headers['idempotent-replayed']).toBe(kept ? 'true' : undefined);
  });

  it('lets what was refused be corrected under the same key', async () => {
    answer = () => Promise.reject(fail('TENANT_NOT_FOUND'));
    await send('k').expect(404);
    answer = (_req, res) => void res.json({});
    await send('k', { body: { corrected: true } }).expect(200);
  });

  it('shows a secret once', async () => {
    answer = (_req, res) => void res.json({ id: 1, secret: 's3cret' });
    await send('k').expect(200, { id: 1, secret: 's3cret' });
    await send('k').expect(200, { id: 1, secret: null });
    answer = (_req, res) => void res.json(['s3cret']);
    await send('l').expect(200, ['s3cret']);
    expect((await send('l').expect(200)).text).toBe('');
  });

  it('is forgotten after a day, and runs again where a process died, after a minute and for the same request only', async () => {
    await send('k').expect(201);
    nowMs += 24 * 3_600_000 - 1;
    await send('k').expect(201, { run: 1 });
    nowMs += 2;
    await send('k', { body: { other: true } }).expect(201, { run: 2 });

    const dead = { id: 'dead', fingerprint: 'f' };
    expect((await store.begin(dead)).kind).toBe('begun');
    nowMs += 59_999;
    expect((await store.begin(dead)).kind).toBe('running');
    nowMs += 1;
    expect((await store.begin({ ...dead, fingerprint: 'g' })).kind).toBe('mismatch');
    expect((await store.begin(dead)).kind).toBe('begun');
  });

  it.each(['', ' ', 'a\tb', 'é', 'x'.repeat(201)])('is 400 where it is %j', async (key) => {
    const { body } = await send(key).expect(400);
    expect(body.errors).toEqual([{ field: 'Idempotency-Key', message: 'must be 1 to 200 printable characters' }]);
    expect(runs).toBe(0);
  });

  it('is not looked at for a read', async () => {
    await request(appOf()).get('/things').set('Idempotency-Key', 'k').expect(201);
    await request(appOf()).get('/things').set('Idempotency-Key', 'k').expect(201);
    expect(runs).toBe(2);
  });

  it('fails closed where it cannot be known whether it ran, and answers where that cannot be kept', async () => {
    const away = () => Promise.reject(fail('DIRECTORY_UNAVAILABLE'));
    const kept = store;
    store = { begin: away, finish: away, abandon: away };
    await send('k').expect(503);
    expect(runs).toBe(0);
    store = { begin: (asked) => kept.begin(asked), finish: away, abandon: away };
    await send('k').expect(201);
    expect((await send('k').expect(409)).body.code).toBe('IDEMPOTENCY_RUNNING');
  });

  it('keeps neither the key nor the caller in clear', async () => {
    const seen: string[] = [];
    const kept = store;
    store = {
      begin: (asked) => {
        seen.push(JSON.stringify(asked));
        return kept.begin(asked);
      },
      finish: (...args) => kept.finish(...args),
      abandon: (...args) => kept.abandon(...args),
    };
    await send('key-canary', { headers: { 'x-actor': 'actor-canary' } });
    expect(seen.join()).not.toContain('canary');
  });
});

describe('the admin API', () => {
  it('takes the key on a change, after it was found valid', async () => {
    const { app, reconciled } = new AdminApp();
    const reconcile = (body: object, role = 'admin') =>
      request(app).post('/admin/tenants/acme/reconcile').set(bearer(role)).set('Idempotency-Key', 'k').send(body);
    await reconcile({}).expect(400);
    await reconcile({ reason: 'because' }, 'viewer').expect(403);
    await reconcile({ reason: 'because' }).expect((res) => expect(res.status).toBeLessThan(300));
    await reconcile({ reason: 'because' }).expect('Idempotent-Replayed', 'true');
    await reconcile({ reason: 'another reason' }).expect(422);
    expect(reconciled).toEqual(['acme']);
  });
});
