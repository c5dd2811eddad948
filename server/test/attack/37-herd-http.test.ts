import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import { closeResponseApps, responseApp } from '../unit/response/response-app.js';
import { until } from '../unit/response/until.js';

afterEach(closeResponseApps);

const HERD = 500;

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('attack 37: a herd on one address, on Express %s', (_version, framework) => {
  it.each([
    ['answers', 200],
    ['throws', 500],
    ['rejects', 500],
    ['passes an error on', 500],
    ['answers 503', 503],
  ])('of a handler that %s: it runs once, and all get that', async (how, status) => {
    let runs = 0;
    let asked = 0;
    const { get, cache } = await responseApp(
      (app, response) => {
        app.set('env', 'test');
        app.get(
          '/r',
          (_req, _res, next) => {
            asked++;
            next();
          },
          response({ ttl: '1m' }),
          (_req, res, next) => {
            const run = ++runs;
            const act = async () => {
              await until(() => asked === HERD);
              if (how === 'passes an error on') next(new Error(`run ${run}`));
              else if (how === 'rejects' || how === 'throws') throw new Error(`run ${run}`);
              else res.status(how === 'answers 503' ? 503 : 200).send(`run ${run}`);
            };
            // Express 4 does not see a rejection.
            act().catch(next);
          },
        );
      },
      { framework },
    );
    const replies = await Promise.all(Array.from({ length: HERD }, () => get('/r')));
    expect(runs).toBe(1);
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([status]));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    const { entries } = await cache.forTenant('a').usage();
    expect(entries).toBe(status === 200 ? 1 : 0);
  });

  it('whose clients leave in the middle leaves nothing behind', async () => {
    let runs = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { get, port } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1m' }), async (_req, res) => {
          runs++;
          await held;
          res.send('made');
        }),
      { framework },
    );
    const leaving = await Promise.allSettled(
      Array.from({ length: 200 }, () =>
        fetch(`http://127.0.0.1:${port}/r`, { headers: { 'x-tenant': 'a' }, signal: AbortSignal.timeout(300) }),
      ),
    );
    expect(leaving.every(({ status }) => status === 'rejected')).toBe(true);
    const staying = Array.from({ length: 20 }, () => get('/r'));
    release();
    expect(new Set((await Promise.all(staying)).map(({ text }) => text))).toEqual(new Set(['made']));
    expect((await get('/r')).cacheStatus).toMatch(/^hit/);
    // A leader that has not been seen leaving may be followed by another such one, never by all.
    expect(runs).toBeLessThan(50);
  });
});
