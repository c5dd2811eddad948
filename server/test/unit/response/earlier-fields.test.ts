import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import { ownCalendar } from '../../fakes/memory-cache.js';
import { closeResponseApps, responseApp } from './response-app.js';

afterEach(async () => {
  jest.restoreAllMocks();
  await closeResponseApps();
});

function numbered(app: Express): void {
  let requests = 0;
  app.use((_req, res, next) => {
    res.set({ 'X-Number': String(++requests), 'X-Framed-By': 'nobody' });
    next();
  });
}

describe('fields of earlier middlewares', () => {
  it('are those of the request at hand also after a handler has said that nothing changed', async () => {
    const later = ownCalendar();
    const { get } = await responseApp((app, response) => {
      numbered(app);
      app.get('/r', response(), (req, res) => {
        res.set({ 'Cache-Control': 'max-age=10', ETag: '"1"' });
        if (req.get('if-none-match')) res.status(304).end();
        else res.send('body');
      });
    });
    expect((await get('/r')).headers['x-number']).toBe('1');
    later(11_000);
    const renewed = await get('/r');
    expect([renewed.status, renewed.headers['x-number']]).toEqual([200, '2']);
    const hit = await get('/r');
    expect(hit.cacheStatus).toMatch(/^hit/);
    expect(hit.headers['x-number']).toBe('3');
  });

  it('stay away from a hit where the handler had taken them away', async () => {
    const later = ownCalendar();
    const { get } = await responseApp((app, response) => {
      numbered(app);
      app.get('/r', response(), (req, res) => {
        res.removeHeader('X-Framed-By');
        res.set({ 'Cache-Control': 'max-age=10', ETag: '"1"' });
        if (req.get('if-none-match')) res.status(304).end();
        else res.send('body');
      });
    });
    const first = await get('/r');
    const hit = await get('/r');
    later(11_000);
    const renewed = await get('/r');
    const unchanged = await get('/r', { 'if-none-match': '"1"' });
    expect([first, hit, renewed, unchanged].map(({ headers }) => headers['x-framed-by'])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([hit.cacheStatus, unchanged.status]).toEqual([expect.stringMatching(/^hit/), 304]);
    expect(hit.headers['x-number']).toBe('2');
  });
});

describe('an answer to a request with a cookie', () => {
  it.each([
    ['is kept where the field for this cache says that all may have it', 'public, max-age=60', 1],
    ['is not kept where nobody says so', 'max-age=60', 2],
    ['is not kept where a directive only looks like it', 'x-public, max-age=60', 2],
  ])('%s', async (_what, control, expected) => {
    let runs = 0;
    const { get } = await responseApp((app, response) =>
      app.get('/r', response({ authorization: 'rfc', targeted: ['Shared-Cache-Control'] }), (_req, res) => {
        runs++;
        res.set({ 'Shared-Cache-Control': control, 'Cache-Control': 'no-store' }).send('body');
      }),
    );
    await get('/r', { cookie: 'a=1' });
    await get('/r', { cookie: 'a=1' });
    expect(runs).toBe(expected);
  });
});
