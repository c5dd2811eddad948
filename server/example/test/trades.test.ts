import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiFixture, ask, createApiFixture, post, type RunningApi, tenantToken } from './api-fixture.js';

describe('trades and signals over HTTP', () => {
  let fixture: ApiFixture;
  let api: RunningApi;
  beforeAll(async () => {
    fixture = await createApiFixture();
    api = await fixture.start();
    await api.cache.ready();
  });
  afterAll(() => fixture?.close());

  const asTenant = async (tenant: string) => {
    const token = await tenantToken(tenant);
    return (path: string, init?: RequestInit) => ask(api.url + path, token, init);
  };
  let number = 0;
  const trade = (given: object) => ({
    id: `t-${++number}`,
    symbol: 'ETH/USDT',
    side: 'buy',
    quantity: '1',
    price: '1',
    ...given,
  });
  const TRADES = '/portfolios/pf-01/trades';

  it('moves position and cash with the trade, exactly, and shows all three at once', async () => {
    const get = await asTenant(await fixture.newTenant());
    await get('/portfolios/pf-01');
    await get(TRADES);
    const bought = trade({ quantity: '0.1000000001', price: '2000.00000001' });
    const { status, body } = await get(TRADES, post(bought));
    expect(status).toBe(201);
    expect(body).toEqual({ ...bought, portfolioId: 'pf-01', at: expect.any(String) });
    expect((await get('/portfolios/pf-01')).body).toMatchObject({
      // 1,000 less 0.1000000001 x 2000.00000001, to 8 places.
      cash: '799.9999998',
      positions: [
        { symbol: 'BTC/USDT' },
        { symbol: 'ETH/USDT', quantity: '0.1000000001', averagePrice: '2000.00000001' },
      ],
    });
    await get(TRADES, post(trade({ quantity: '0.1', price: '1000' })));
    const { body: after } = await get('/portfolios/pf-01/positions');
    expect(after.items).toContainEqual({ symbol: 'ETH/USDT', quantity: '0.2000000001', averagePrice: '1500.00000025' });
    expect((await get(TRADES)).body.items).toHaveLength(2);
    const { body: sold } = await get(TRADES, post(trade({ side: 'sell', quantity: '0.2000000001', price: '10' })));
    expect(sold).toMatchObject({ side: 'sell' });
    expect((await get('/portfolios/pf-01/positions')).body.items).toMatchObject([{ symbol: 'BTC/USDT' }]);
  });

  it('records a trade once, however often and at once it is sent, and takes its id for no other', async () => {
    const get = await asTenant(await fixture.newTenant());
    const sent = trade({ quantity: '2', price: '100' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => get(TRADES, post(sent))));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 201]);
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect((await get('/portfolios/pf-01')).body).toMatchObject({ cash: '800' });
    // The same amounts, written otherwise.
    expect((await get(TRADES, post({ ...sent, quantity: '2.0' }))).status).toBe(200);
    const other = await get(TRADES, post({ ...sent, quantity: '3' }));
    expect(other).toMatchObject({ status: 409, body: { code: 'TRADE_ID_TAKEN' } });
    expect((await get('/portfolios/pf-01')).body).toMatchObject({ cash: '800' });
  });

  it('sells no more than there is and spends no more than there is, also side by side, and leaves nothing half done', async () => {
    const get = await asTenant(await fixture.newTenant());
    const sell = (quantity: string) => post(trade({ symbol: 'BTC/USDT', side: 'sell', quantity, price: '10' }));
    expect(await get(TRADES, sell('2.1'))).toMatchObject({ status: 409, body: { code: 'POSITION_TOO_SMALL' } });
    const sales = await Promise.all(Array.from({ length: 5 }, () => get(TRADES, sell('0.5'))));
    expect(sales.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 409]);
    const buys = await Promise.all(
      Array.from({ length: 4 }, () => get(TRADES, post(trade({ quantity: '1', price: '400' })))),
    );
    expect(buys.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    const { body } = await get('/portfolios/pf-01');
    expect(body).toMatchObject({ cash: '220', positions: [{ symbol: 'ETH/USDT', quantity: '2' }] });
    expect((await get(TRADES)).body.items).toHaveLength(6);
  });

  it('pages them newest first, each once', async () => {
    const get = await asTenant(await fixture.newTenant());
    for (let made = 0; made < 5; made++) await get(TRADES, post(trade({ price: String(made + 1) })));
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const { items, next } = (await get(`${TRADES}?limit=2${after}`)).body as {
        items: { price: string }[];
        next: string;
      };
      seen.push(...items.map(({ price }) => price));
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(seen).toEqual(['5', '4', '3', '2', '1']);
  });

  it('keeps tenants apart: one id is two trades', async () => {
    const [a, b] = [await asTenant(await fixture.newTenant()), await asTenant(await fixture.newTenant())];
    const sent = trade({});
    expect([(await a(TRADES, post(sent))).status, (await b(TRADES, post(sent))).status]).toEqual([201, 201]);
    expect((await a(TRADES)).body.items).toHaveLength(1);
  });

  it.each([
    ['a number', { quantity: 1 }, 400],
    ['nothing', { quantity: '0' }, 400],
    ['more decimals than are kept', { quantity: '0.00000000001' }, 400],
    ['an exponent', { price: '1e3' }, 400],
    ['another side', { side: 'hold' }, 400],
    ['a field of its own', { tenantId: 'x' }, 400],
    ['a symbol that the exchange does not have', { symbol: 'NOPE/USDT' }, 404],
    ['more than any portfolio can hold', { quantity: '999999999999', price: '999999999' }, 409],
  ])('refuses a trade with %s', async (_, given, status) => {
    const get = await asTenant(await fixture.newTenant());
    expect((await get(TRADES, post(trade(given)))).status).toBe(status);
    expect((await get(TRADES)).body).toEqual({ items: [], next: null });
  });

  it('answers 404 for a portfolio that is not there', async () => {
    const get = await asTenant(await fixture.newTenant());
    for (const init of [undefined, post(trade({}))]) {
      expect(await get('/portfolios/none/trades', init)).toMatchObject({
        status: 404,
        body: { code: 'PORTFOLIO_NOT_FOUND' },
      });
    }
  });

  it('computes signals from candles, stores them, and shows the stored ones until they end', async () => {
    const tenant = await fixture.newTenant();
    const get = await asTenant(tenant);
    const first = await get('/signals/BTCUSDT?timeframe=1d');
    expect(first.status).toBe(200);
    const strength = expect.stringMatching(/^-?[01]\.\d{4}$/);
    expect(first.body).toMatchObject({
      symbol: 'BTCUSDT',
      timeframe: '1d',
      signals: ['momentum', 'reversion', 'trend'].map((kind) => ({ kind, strength })),
    });
    expect(Date.parse(String(first.body.validUntil))).toBeGreaterThan(Date.now());
    await fixture.database.withTenant(tenant, (tx) => tx.signal.updateMany({ data: { strength: '0.25' } }));
    expect((await get('/signals/BTCUSDT?timeframe=1d')).body).toEqual(first.body);
    await api.cache.forTenant(tenant).clear();
    expect((await get('/signals/BTCUSDT?timeframe=1d')).body.signals).toContainEqual({
      kind: 'trend',
      strength: '0.2500',
    });
    await fixture.database.withTenant(tenant, (tx) =>
      tx.signal.updateMany({ data: { computedAt: new Date(0), validUntil: new Date(1) } }),
    );
    await api.cache.forTenant(tenant).clear();
    const { body } = await get('/signals/BTCUSDT?timeframe=1d');
    expect(Date.parse(String(body.computedAt))).toBeGreaterThan(Date.parse(String(first.body.computedAt)));
    expect((await get('/signals/BTCUSDT?timeframe=3d')).status).toBe(400);
    expect((await get('/signals/NOPEUSDT')).status).toBe(404);
  });
});
