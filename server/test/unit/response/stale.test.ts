import { afterEach, describe, expect, it, jest } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import { ownCalendar } from '../../fakes/memory-cache.js';
import { closeResponseApps, responseApp } from './response-app.js';
import { until } from './until.js';

afterEach(async () => {
  jest.restoreAllMocks();
  await closeResponseApps();
});

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('stale answers on Express %s', (_version, framework) => {
  it('go out at once while the handler makes another, on a response that goes to nobody', async () => {
    const later = ownCalendar();
    let runs = 0;
    const states: unknown[] = [];
    const { get, reports } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1s', staleWhileRevalidate: '1m' }), (_req, res) => {
          runs++;
          const states0 = [res.headersSent, res.writableEnded];
          res.on('finish', () => states.push([...states0, res.headersSent, res.writableEnded, 'finish']));
          res.set('X-Run', String(runs)).json({ runs });
        }),
      { framework },
    );
    await get('/r');
    later(2_000);
    const stale = await get('/r', { 'if-none-match': '"other"' });
    expect([stale.text, stale.cacheStatus]).toEqual(['{"runs":1}', 'hit; ttl=-1']);
    await until(() => runs === 2);
    await until(() => states.length === 2);
    expect(states).toEqual(Array(2).fill([false, false, true, true, 'finish']));
    await until(async () => (await get('/r')).text === '{"runs":2}');
    expect((await get('/r')).headers['x-run']).toBe('2');
    expect(runs).toBe(2);
    expect(reports).toEqual([]);
  });

  it('stand in for a failing handler, as long as they may', async () => {
    const later = ownCalendar();
    let fails = false;
    const { get } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1s', staleIfError: '1m' }), (_req, res, next) => {
          if (fails) next(new Error('down'));
          else res.json('made');
        }),
      { framework },
    );
    await get('/r');
    fails = true;
    later(5_000);
    const stale = await get('/r');
    expect([stale.status, stale.text, stale.cacheStatus]).toEqual([200, '"made"', 'fwd=stale; fwd-status=500']);
    later(60_000);
    expect((await get('/r')).status).toBe(500);
  });

  it('are renewed by a 304 of the handler, and answer the client\u2019s own condition', async () => {
    const later = ownCalendar();
    const seen: unknown[] = [];
    const { get } = await responseApp(
      (app, response) =>
        app.get('/r', response(), (req, res) => {
          seen.push(req.get('if-none-match'));
          res.set({ 'Cache-Control': 'max-age=1', ETag: '"v1"', 'X-Seen': String(seen.length) });
          res.send('the body');
        }),
      { framework },
    );
    const client = { 'if-none-match': '"old"' };
    expect((await get('/r', client)).status).toBe(200);
    later(2_000);
    const renewed = await get('/r', client);
    expect([renewed.status, renewed.text, renewed.headers['x-seen']]).toEqual([200, 'the body', '2']);
    expect(renewed.cacheStatus).toBe('fwd=stale; fwd-status=304; stored');
    const current = await get('/r', { 'if-none-match': '"v1"' });
    expect([current.status, current.cacheStatus, current.headers.etag]).toEqual([304, 'hit; ttl=1', '"v1"']);
    expect(seen).toEqual([undefined, '"v1"']);
  });
});
