import { afterEach, describe, expect, it, jest } from '@jest/globals';
import express, { type Request, type Response } from 'express';
import express4 from 'express4';
import { responseCache } from '../../../src/response/response-cache.js';
import { ResponseMemory } from '../../../src/response/response-memory.js';
import type { ResponseStore } from '../../../src/response/stored-response.js';
import { ownCalendar, turn } from '../../fakes/memory-cache.js';
import { closeResponseApps, responseApp } from './response-app.js';
import { until } from './until.js';

afterEach(async () => {
  jest.restoreAllMocks();
  await closeResponseApps();
});

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('a stale answer that a request has no use for, on Express %s', (_version, framework) => {
  it('still stands in for a failing handler after a client reloaded', async () => {
    const later = ownCalendar();
    let fails = false;
    const { get, reports } = await responseApp(
      (app, response) =>
        app.get('/r', response(), (_req, res) => {
          if (fails) res.status(503).send('down');
          else res.set({ 'Cache-Control': 'max-age=1, stale-if-error=3600', ETag: '"1"' }).send('good');
        }),
      { framework },
    );
    await get('/r');
    later(2_000);
    fails = true;
    for (let n = 0; n < 3; n++) {
      await get('/r', { 'cache-control': 'no-cache' });
      await get('/r', { 'cache-control': 'max-age=0' });
      later(5);
      expect((await get('/r')).text).toBe('good');
    }
    later(600_000);
    expect((await get('/r')).text).toBe('good');
    expect(reports).toEqual([]);
  });

  it('keeps its tags and its time: what the handler sets later in the request is not there yet', async () => {
    const later = ownCalendar();
    let runs = 0;
    let version = 1;
    const settings = { tags: (_req: Request, res: Response) => res.locals.tags ?? [] };
    const failed: unknown[] = [];
    // A process that has just begun has not heard that the address has variants.
    const aProcess = () =>
      responseCache(
        {
          storeOf: (req) => req.tenantCache as unknown as ResponseStore,
          report: (error) => failed.push(error),
          memory: new ResponseMemory(),
        },
        settings,
      );
    const first = aProcess();
    let second = aProcess();
    const { get, cache } = await responseApp(
      (app) => {
        app.get('/r', (req, res, next) => (req.get('x-process') ? second : first)(req, res, next));
        app.get('/r', (req, res) => {
          runs++;
          res.locals.tags = ['product:1'];
          res.set({ 'Cache-Control': 'max-age=1, stale-while-revalidate=600', Vary: 'Accept-Language' });
          res.send(`v${version} ${req.get('accept-language')}`);
        });
      },
      { framework },
    );
    const en = { 'accept-language': 'en' };
    const leave = async () => {
      const { loads } = cache.forTenant('a').metrics();
      await get('/r', { 'accept-language': `de-${loads}`, 'x-process': 'second' });
      await until(() => cache.forTenant('a').metrics().loads === loads + 2);
      await turn();
    };
    await get('/r', en);
    later(2_000);
    await leave();
    later(120_000);
    expect((await get('/r', en)).text).toBe('v1 en');
    await until(async () => runs >= 3 && (await get('/r', en)).cacheStatus === 'hit; ttl=1');
    later(2_000);
    second = aProcess();
    await leave();
    version = 2;
    await cache.forTenant('a').invalidateTags(['product:1']);
    expect((await get('/r', en)).text).toBe('v2 en');
    expect(failed).toEqual([]);
  });

  it('is renewed by the next who has a use for it', async () => {
    const later = ownCalendar();
    let version = 1;
    const { get } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1s', revalidateFor: '1h' }), (_req, res) => {
          res.set('ETag', `"${version}"`).send(`v${version}`);
        }),
      { framework },
    );
    await get('/r');
    later(2_000);
    version = 2;
    const asks = Array.from({ length: 20 }, (_, n) => get('/r', n % 2 ? {} : { 'cache-control': 'no-cache' }));
    for (const reply of await Promise.all(asks)) expect(reply.text).toBe('v2');
    expect((await get('/r')).text).toBe('v2');
  });
});
