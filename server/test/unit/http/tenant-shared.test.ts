import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { OwnApp } from './own-app.js';

const get = (app: OwnApp['app'], path: string, tenant: string) =>
  request(app).get(`/cache/shared${path}`).set('x-tenant', tenant);

describe('a tenant and shared data', () => {
  it('sees the datasets, its limit and its reads within this hour', async () => {
    const { app } = new OwnApp();
    const { body } = await get(app, '', 'acme').expect(200);
    expect(body).toMatchObject({
      tenantId: 'acme',
      items: [
        { dataset: 'market', rateLimit: { limit: 100, windowMs: 60_000 }, reads: 7, limited: 1 },
        { dataset: 'news', rateLimit: null, reads: 0, limited: 0 },
      ],
    });
  });

  it('sees what it read itself, and of others not even sums', async () => {
    const { app, asked } = new OwnApp();
    const { body } = await get(app, '/market/access', 'blue').expect(200);
    expect(body).toMatchObject({ tenantId: 'blue', dataset: 'market', reads: 5, limited: 0, total: 1 });
    expect(body.items).toMatchObject([{ group: 'binance:BTC/USDT', kind: 'price', reads: 5, limited: 0 }]);
    expect((await get(app, '/market/access', 'nobody').expect(200)).body).toMatchObject({ items: [], reads: 0 });
    expect((await get(app, '/market/access?tenant=acme', 'blue').expect(400)).body.code).toBe('REQUEST_INVALID');
    expect(new Set(asked)).toEqual(new Set(['blue', 'nobody']));
  });

  it('finds no dataset that is not configured', async () => {
    const { app } = new OwnApp({ more: { shared: undefined } });
    expect((await get(app, '', 'acme').expect(200)).body).toEqual({ tenantId: 'acme', items: [] });
    expect((await get(app, '/market/access', 'acme').expect(404)).body.code).toBe('DATASET_NOT_FOUND');
    await get(new OwnApp().app, '/constructor/access', 'acme').expect(404);
  });
});
