import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import { closeResponseApps, responseApp } from './response-app.js';

afterEach(closeResponseApps);

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('a response cache behind another, on Express %s', (_version, framework) => {
  it('passes by, and the outer one answers', async () => {
    let runs = 0;
    const { get, ask, reports } = await responseApp(
      (app, response) => {
        app.use(response({ ttl: '1m', coalesceTimeout: '2m' }));
        app.all('/r', response({ ttl: '1m', coalesceTimeout: '2m' }), (_req, res) => void res.send(`run ${++runs}`));
      },
      { framework },
    );
    const miss = await get('/r');
    expect([miss.text, miss.headers['cache-status']]).toEqual([
      'run 1',
      'tenantcache; fwd=bypass; detail=nested, tenantcache; fwd=uri-miss; stored',
    ]);
    expect((await get('/r')).text).toBe('run 1');
    await ask('/r', { method: 'POST' });
    expect([(await get('/r')).text, reports]).toEqual(['run 3', []]);
  });

  it('answers what the outer one passes by', async () => {
    let runs = 0;
    const { get } = await responseApp(
      (app, response) => {
        app.use(response({ skip: () => true }));
        app.get('/r', response({ ttl: '1m' }), (_req, res) => void res.send(`run ${++runs}`));
      },
      { framework },
    );
    expect([(await get('/r')).text, (await get('/r')).text]).toEqual(['run 1', 'run 1']);
  });
});
