import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import { closeResponseApps, responseApp } from './response-app.js';

afterEach(closeResponseApps);

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('the response cache on Express %s', (_version, framework) => {
  it('has the handler asked once, and gives its answer again', async () => {
    let runs = 0;
    const { get } = await responseApp(
      (app, response) =>
        app.get('/reports/:id', response({ ttl: '1m' }), (req, res) => {
          runs++;
          res.set('X-Made', 'by the handler').json({ id: req.params.id, runs });
        }),
      { framework },
    );
    const first = await get('/reports/7');
    expect([first.status, first.cacheStatus]).toEqual([200, 'fwd=uri-miss; stored']);
    const second = await get('/reports/7');
    expect(second.cacheStatus).toMatch(/^hit; ttl=(?:59|60)$/);
    expect(second.text).toBe('{"id":"7","runs":1}');
    expect(second.body).toEqual(first.body);
    for (const name of ['content-type', 'content-length', 'etag', 'x-made']) {
      expect([name, second.headers[name]]).toEqual([name, first.headers[name]]);
    }
    expect(second.headers.age).toBe('0');
    expect((await get('/reports/8')).text).toBe('{"id":"8","runs":2}');
    expect(runs).toBe(2);
  });
});
