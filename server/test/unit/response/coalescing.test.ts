import { request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { gate } from '../../fakes/memory-cache.js';
import { closeResponseApps, responseApp } from './response-app.js';
import { until } from './until.js';

afterEach(closeResponseApps);

const many = <T>(count: number, ask: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => ask(n)));

describe('concurrent cold requests', () => {
  it('run the handler once, and each gets the answer', async () => {
    let runs = 0;
    let asked = 0;
    const { get } = await responseApp((app, response) =>
      app.get(
        '/r',
        (_req, _res, next) => {
          asked++;
          next();
        },
        response({ ttl: '1m' }),
        async (_req, res) => {
          runs++;
          await until(() => asked === 50);
          await delay(20);
          res.json({ runs });
        },
      ),
    );
    const replies = await many(50, () => get('/r'));
    expect(runs).toBe(1);
    expect(new Set(replies.map(({ text }) => text))).toEqual(new Set(['{"runs":1}']));
    expect(replies.filter(({ cacheStatus }) => cacheStatus === 'fwd=uri-miss; stored')).toHaveLength(1);
    expect(replies.filter(({ cacheStatus }) => cacheStatus === 'fwd=uri-miss; collapsed')).toHaveLength(49);
  });

  it.each([
    ['private', 'private', undefined],
    ['no-store', 'no-store', undefined],
    ['a cookie', 'max-age=60', 'sid=1'],
  ])('never get an answer that is one client\u2019s own: %s', async (_name, control, cookie) => {
    let runs = 0;
    const { get } = await responseApp((app, response) =>
      app.get('/r', response(), async (req, res) => {
        runs++;
        await delay(50);
        res.set('Cache-Control', control);
        if (cookie) res.set('Set-Cookie', cookie);
        res.json({ user: req.get('x-user') });
      }),
    );
    const replies = await many(10, (n) => get('/r', { 'x-user': `u${n}` }));
    expect(runs).toBe(10);
    expect(replies.map(({ text }) => text)).toEqual(replies.map((_, n) => `{"user":"u${n}"}`));
    // From here on they do not wait for each other.
    const { cacheStatus } = await get('/r', { 'x-user': 'late' });
    expect(cacheStatus).toMatch(/^fwd=uri-miss; detail=/);
  });

  it('share an error\u2019s answer, which is not stored', async () => {
    let runs = 0;
    let asked = 0;
    const { get, reports } = await responseApp((app, response) =>
      app.get(
        '/r',
        (_req, _res, next) => {
          asked++;
          next();
        },
        response({ ttl: '1m' }),
        async (_req, _res, next) => {
          runs++;
          await until(() => asked >= 20);
          await delay(20);
          next(Object.assign(new Error('down'), { status: 503 }));
        },
      ),
    );
    const replies = await many(20, () => get('/r'));
    expect([runs, ...new Set(replies.map(({ status }) => status))]).toEqual([1, 503]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    await get('/r');
    expect([runs, reports]).toEqual([2, []]);
  });

  it('are not failed by a leader whose client leaves', async () => {
    let runs = 0;
    const begun = gate();
    const release = gate();
    const { get, port } = await responseApp((app, response) =>
      app.get('/r', response({ ttl: '1m' }), async (_req, res) => {
        runs++;
        begun.release();
        await release.promise;
        res.json({ runs });
      }),
    );
    const leader = httpRequest({ port, path: '/r', headers: { 'x-tenant': 'a' }, agent: false });
    leader.on('error', () => {});
    leader.end();
    await begun.promise;
    const waiting = many(10, () => get('/r'));
    await delay(30);
    leader.destroy();
    await new Promise((resolve) => leader.once('close', resolve));
    await delay(30);
    release.release();
    const replies = await waiting;
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(runs).toBe(2);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });

  it('go on after a while when the leader asks for its own address', async () => {
    const { get } = await responseApp((app, response) =>
      app.get('/r', response({ ttl: '1m', coalesceTimeout: '100ms' }), async (req, res) => {
        if (req.get('x-inner')) res.json('inner');
        else res.json(`outer of ${(await get('/r', { 'x-inner': '1' })).text}`);
      }),
    );
    expect((await get('/r')).text).toBe('"outer of \\"inner\\""');
  });
});
