import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { AdminApp, bearer } from './admin-app.js';
import { appOf } from './described-stage.js';
import { type SharedStage, thisHourMs } from './shared-stage.js';

const HOUR_MS = 3_600_000;
const at = (ms: number) => new Date(ms).toISOString();

function open(prepare: (stage: SharedStage) => void = () => {}) {
  const fixture = new AdminApp();
  prepare(fixture.shared);
  const get = (path: string, status = 200) =>
    request(fixture.app).get(`/admin/shared${path}`).set(bearer('viewer')).expect(status);
  const invalidate = (body: object, status = 200) =>
    request(fixture.app).post('/admin/shared/market/invalidate').set(bearer('operator')).send(body).expect(status);
  return { fixture, get, invalidate };
}

describe('GET /shared', () => {
  it('shows budget, use, limit and hit rates by tier', async () => {
    const { body } = await open().get('');
    expect(body.items.map(({ dataset }: { dataset: string }) => dataset)).toEqual(['market', 'news']);
    expect(body.items[0]).toMatchObject({
      quotaBytes: 64 * 1024 * 1024,
      usedBytes: 700,
      entries: 4,
      policy: 'lru',
      rateLimit: { limit: 100, windowMs: 60_000 },
      keepAccessMs: 90 * 24 * HOUR_MS,
      process: { requests: 10, hitRate: 0.8, l1HitRate: 0.5, l2HitRate: 0.3, originCalls: 2, originCallsSaved: 8 },
    });
    expect(body.items[1]).toMatchObject({ rateLimit: null });
  });

  it('shows the rest while the shared store does not answer, and no rate without requests', async () => {
    const { get } = open((stage) => {
      stage.error = 'STORE_UNAVAILABLE';
      stage.requests = 0;
    });
    const { body } = await get('/market');
    expect(body).toMatchObject({ dataset: 'market', usedBytes: null, entries: null, process: { hitRate: null } });
    await get('/market/entries', 503);
  });

  it('is an empty list where no dataset is configured, and none is found', async () => {
    const { deps } = new AdminApp();
    const app = appOf({ ...deps, shared: undefined });
    const asked = (path: string) => request(app).get(`/admin/shared${path}`).set(bearer('viewer'));
    expect((await asked('').expect(200)).body).toEqual({ items: [] });
    for (const path of ['/market', '/market/access', '/market/entries']) {
      expect((await asked(path).expect(404)).body.code).toBe('DATASET_NOT_FOUND');
    }
  });

  it('finds no dataset by what an object has', async () => {
    for (const name of ['constructor', '__proto__', 'toString', 'Market', 'shared:market']) {
      expect((await open().get(`/${name}`, 404)).body.code).toBe('DATASET_NOT_FOUND');
    }
  });
});

describe('GET /shared/:dataset/access', () => {
  it('says who read what and how often, the sums of all pages beside', async () => {
    const { body } = await open().get('/market/access?pageSize=1');
    const row = { group: 'binance:BTC/USDT', kind: 'price', hour: at(thisHourMs()) };
    expect(body).toMatchObject({ dataset: 'market', reads: 12, limited: 1, total: 2, page: 1, pageSize: 1 });
    expect(body.items).toEqual([{ tenantId: 'acme', ...row, reads: 7, limited: 1 }]);
    expect((await open().get('/market/access?tenant=blue')).body.items).toMatchObject([{ tenantId: 'blue', reads: 5 }]);
    expect((await open().get('/market/access?group=binance:')).body.total).toBe(0);
  });

  it('is of the present hour and the 23 before it, where no span is asked for', async () => {
    const { get } = open((stage) => {
      void stage.read('acme', { hourMs: thisHourMs() - 23 * HOUR_MS, reads: 100 });
      void stage.read('acme', { hourMs: thisHourMs() - 24 * HOUR_MS, reads: 1_000 });
    });
    expect((await get('/market/access?tenant=acme')).body.reads).toBe(107);
    const from = at(thisHourMs() - 24 * HOUR_MS);
    expect((await get(`/market/access?tenant=acme&from=${from}`)).body.reads).toBe(1_107);
    expect((await get(`/market/access?tenant=acme&from=${from}&to=${at(thisHourMs())}`)).body.reads).toBe(1_100);
  });

  it.each(['from=2026-02-02&to=2026-02-02', 'from=2026-01-01&to=2026-02-02', 'tenant=a:b', 'group={x}', 'reads=1'])(
    'refuses %s',
    async (query) => {
      expect((await open().get(`/market/access?${query}`, 400)).body.code).toBe('REQUEST_INVALID');
    },
  );
});

describe('GET /shared/:dataset/entries', () => {
  const groups = (body: { items: { group: string }[] }) => body.items.map(({ group }) => group).sort();

  it('lists groups and kinds without values, by group and by what groups begin with', async () => {
    const { fixture, get } = open((stage) => void stage.put('binance:BTC/USDT', 'ohlcv:1m:100'));
    const all = (await get('/market/entries')).body;
    expect(groups(all)).toEqual(['binance:BTC/USDT', 'binance:BTC/USDT', 'binance:ETH/USDT', 'kraken:BTC/EUR', 'spot']);
    const { body } = await get('/market/entries?group=binance:BTC/USDT');
    expect(body.items.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['ohlcv:1m:100', 'price']);
    expect(body.items[0]).toMatchObject({ group: 'binance:BTC/USDT', sizeBytes: expect.any(Number) });
    expect(body.items[0].ttlMs).toBeGreaterThan(50_000);
    expect(Object.keys(body.items[0])).not.toContain('value');
    expect(groups((await get('/market/entries?prefix=binance:')).body)).toHaveLength(3);
    expect(groups((await get('/market/entries?prefix=binance:ETH')).body)).toEqual(['binance:ETH/USDT']);
    expect(groups((await get('/market/entries?group=spot')).body)).toEqual(['spot']);
    expect(groups((await get('/market/entries?group=binance:BTC/USD')).body)).toEqual([]);
    expect(groups((await get('/news/entries')).body)).toEqual([]);
    expect(fixture.shared.invalidated).toEqual([]);
  });

  it('walks by cursors that belong to their dataset and filter', async () => {
    const { get } = open();
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await get(`/market/entries?limit=1${cursor}`);
      seen.push(...groups(body));
      if (body.next) expect((await get(`/news/entries?cursor=${body.next}`, 400)).body.code).toBe('REQUEST_INVALID');
      if (body.next) await get(`/market/entries?prefix=binance:&cursor=${body.next}`, 400);
      cursor = body.next ? `&cursor=${body.next}` : '';
    } while (cursor !== '');
    expect(seen.sort()).toEqual(['binance:BTC/USDT', 'binance:ETH/USDT', 'kraken:BTC/EUR', 'spot']);
  });

  it.each(['group=spot&prefix=binance:', 'prefix=binance', 'group=a%20b', 'limit=501'])('refuses %s', async (query) => {
    await open().get(`/market/entries?${query}`, 400);
  });
});

describe('POST /shared/:dataset/invalidate', () => {
  it.each([
    [{ groups: ['binance:BTC/USDT', 'spot', 'spot'] }, 'groups', ['group binance:BTC/USDT', 'group spot']],
    [{ prefix: 'binance:' }, 'prefix', ['prefix binance:']],
    [{ all: true }, 'all', ['all']],
  ])('%j is audited under no tenant, and done', async (target, kind, done) => {
    const { fixture, invalidate } = open();
    const { body } = await invalidate({ ...target, reason: 'wrong price' });
    expect(body).toEqual({ dataset: 'market', kind, pending: false });
    expect(fixture.shared.invalidated).toEqual(done.map((what) => ['market', what]));
    const { items } = await fixture.directory.audit({ action: 'shared', page: 1, pageSize: 10 });
    expect(items).toMatchObject([
      { tenantId: null, actor: 'operator@example.com', reason: 'wrong price', after: { dataset: 'market', ...target } },
    ]);
  });

  it('says where the shared store has not heard of it', async () => {
    const { invalidate } = open((stage) => {
      stage.pending = true;
    });
    expect((await invalidate({ all: true, reason: 'wrong price' })).body.pending).toBe(true);
  });

  it('does nothing that is not audited', async () => {
    const { fixture, invalidate } = open();
    fixture.directory.recordDeed = () => Promise.reject(new Error('the audit is away'));
    await invalidate({ all: true, reason: 'wrong price' }, 500);
    expect(fixture.shared.invalidated).toEqual([]);
  });

  it.each([
    {},
    { groups: [] },
    { groups: ['a b'] },
    { groups: Array.from({ length: 101 }, (_, n) => `g${n}`) },
    { prefix: 'binance' },
    { prefix: '' },
    { prefix: ':' },
    { all: false },
    { all: true, prefix: 'binance:' },
    { groups: ['spot'], prefix: 'binance:' },
    { groups: ['spot'], all: true },
  ])('refuses %j, and neither audits nor does anything', async (target) => {
    const { fixture, invalidate } = open();
    await invalidate({ ...target, reason: 'wrong price' }, 400);
    expect(fixture.shared.invalidated).toEqual([]);
    expect((await fixture.directory.audit({ page: 1, pageSize: 1 })).total).toBe(0);
  });
});
