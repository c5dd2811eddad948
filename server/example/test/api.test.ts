import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ADMIN_SECRET,
  type ApiFixture,
  adminToken,
  ask,
  createApiFixture,
  post,
  type RunningApi,
  sign,
  TENANT_SECRET,
  tenantToken,
} from './api-fixture.js';

const DECIMAL = expect.stringMatching(/^-?\d+(\.\d+)?$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe('the example API on the built package', () => {
  let fixture: ApiFixture;
  let api: RunningApi;
  const logged: string[] = [];

  beforeAll(async () => {
    fixture = await createApiFixture();
    api = await fixture.start({ log: (line) => void logged.push(line) });
    await api.cache.ready();
  });
  afterAll(() => fixture?.close());

  const asTenant = async (tenantId: string) => {
    const token = await tenantToken(tenantId);
    return (path: string, init?: RequestInit) => ask(api.url + path, token, init);
  };

  const marketCalls = () => api.cache.platform.shared(fixture.dataset).metrics().originCalls;

  it('answers 401 without a token and with one that is not for it', async () => {
    const tenant = await fixture.newTenant();
    const wrong = [
      undefined,
      await sign(ADMIN_SECRET, 'tenantcache-demo', 'tenantcache-example', { tenant_id: tenant }),
      await sign(TENANT_SECRET, 'somebody', 'tenantcache-example', { tenant_id: tenant }),
      await sign(TENANT_SECRET, 'tenantcache-demo', 'another-product', { tenant_id: tenant }),
    ];
    for (const token of wrong) {
      const { status, headers } = await ask(`${api.url}/prices/BTCUSDT`, token);
      expect(status).toBe(401);
      expect(headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('serves a price that another tenant asked for first, as of the same moment, and on no tenant’s quota', async () => {
    const first = await (await asTenant(await fixture.newTenant()))('/prices/BTCUSDT');
    const get = await asTenant(await fixture.newTenant());
    const second = await get('/prices/BTCUSDT');
    expect(first).toMatchObject({ status: 200, body: { symbol: 'BTCUSDT', price: DECIMAL, asOf: TIME, stale: false } });
    expect(second.body).toEqual(first.body);
    expect((await get('/me/usage')).body).toMatchObject({ entries: 0, state: 'ok', quotaBytes: 4 * 1_048_576 });
  });

  it('asks the exchange once for what five tenants ask at once', async () => {
    const before = marketCalls();
    const tenants = await Promise.all(Array.from({ length: 5 }, () => fixture.newTenant()));
    const answers = await Promise.all(
      tenants.map(async (tenant) => (await asTenant(tenant))('/tickers?symbols=XRPUSDT,ADAUSDT,ETHBTC')),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual(answers[0]?.body);
    }
    expect(answers[0]?.body.items).toMatchObject([
      {
        symbol: 'XRPUSDT',
        last: DECIMAL,
        bid: DECIMAL,
        ask: DECIMAL,
        changePercent: DECIMAL,
        asOf: TIME,
        stale: false,
      },
      { symbol: 'ADAUSDT' },
      { symbol: 'ETHBTC' },
    ]);
    expect(marketCalls() - before).toBe(1);
  });

  it('serves an order book: bids below asks, best first', async () => {
    const get = await asTenant(await fixture.newTenant());
    const { status, body } = await get('/orderbook/BTCUSDT?depth=5');
    expect(status).toBe(200);
    expect(body).toMatchObject({ symbol: 'BTCUSDT', asOf: TIME, stale: false });
    const [bids, asks] = [body.bids, body.asks] as [string, string][][];
    expect(bids).toHaveLength(5);
    expect(Number(bids?.[0]?.[0])).toBeGreaterThan(Number(bids?.[4]?.[0]));
    expect(Number(asks?.[0]?.[0])).toBeGreaterThan(Number(bids?.[0]?.[0]));
  });

  it('shows a watchlist at present prices, in its order, and of a market without a price the name', async () => {
    const get = await asTenant(await fixture.newTenant());
    const groups = ['binance:ETH/USDT', 'binance:NOPE/USDT', 'binance:BTC/USDT', 'elsewhere:BTC/USDT'];
    expect((await get('/me/cache/watchlists/my%20coins', { ...post({ groups }), method: 'PUT' })).status).toBe(200);
    const { status, body } = await get('/watchlists/my%20coins/prices');
    expect(status).toBe(200);
    expect(body).toEqual({
      name: 'my coins',
      items: [
        { symbol: 'ETHUSDT', price: DECIMAL, asOf: TIME, stale: false },
        { symbol: 'NOPEUSDT', price: null, asOf: null, stale: true },
        { symbol: 'BTCUSDT', price: DECIMAL, asOf: TIME, stale: false },
      ],
    });
    const other = await asTenant(await fixture.newTenant());
    expect(await other('/watchlists/my%20coins/prices')).toMatchObject({
      status: 404,
      body: { code: 'WATCHLIST_NOT_FOUND' },
    });
  });

  it('takes an API key beside the token, until it is revoked, and never both of two tenants', async () => {
    const [tenant, other] = [await fixture.newTenant(), await fixture.newTenant()];
    const admin = await adminToken('admin');
    const keys = `${api.url}/admin/tenants/${tenant}/keys`;
    const made = await ask(keys, admin, post({ name: 'CI', scopes: [], reason: 'for CI' }));
    expect(made.status).toBe(201);
    const key = String(made.body.key);
    expect(await ask(`${api.url}/me/cache/usage`, key)).toMatchObject({ status: 200, body: { tenantId: tenant } });
    const withKey = { headers: { 'x-api-key': key } };
    expect((await ask(`${api.url}/prices/BTCUSDT`, undefined, withKey)).status).toBe(200);
    const both = await ask(`${api.url}/prices/BTCUSDT`, await tenantToken(other), withKey);
    expect(both).toMatchObject({ status: 403, body: { code: 'TENANT_MISMATCH' } });
    expect((await ask(`${keys}/${made.body.keyId}/revoke`, admin, post({ reason: 'done' }))).status).toBe(200);
    let after = await ask(`${api.url}/me/usage`, key);
    for (const endMs = Date.now() + 10_000; after.status === 200 && Date.now() < endMs; ) {
      after = await ask(`${api.url}/me/usage`, key);
    }
    expect(after).toMatchObject({ status: 401, body: { code: 'API_KEY_INVALID' } });
  });

  it('keeps the overview of a tenant for all who ask in its name, and tells its rate', async () => {
    const tenant = await fixture.newTenant();
    const first = await (await asTenant(tenant))('/market/overview');
    expect(first).toMatchObject({ status: 200, body: { markets: expect.any(Array) } });
    expect(first.headers.get('cache-status')).toContain('stored');
    expect(first.headers.get('ratelimit-policy')).toContain('q=20000;w=60');
    const made = await ask(
      `${api.url}/admin/tenants/${tenant}/keys`,
      await adminToken('admin'),
      post({ name: 'CI', reason: 'for CI' }),
    );
    const second = await ask(`${api.url}/market/overview`, String(made.body.key));
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('cache-status')).toContain('hit');
    const other = await (await asTenant(await fixture.newTenant()))('/market/overview');
    expect(other.headers.get('cache-status')).not.toContain('hit');
  });

  it('refuses the token of a tenant that is not there, or no longer', async () => {
    const never = await (await asTenant('test-never-there'))('/prices/BTCUSDT');
    expect(never).toMatchObject({ status: 404, body: { code: 'TENANT_NOT_FOUND' } });
  });

  it('serves candles by timeframe', async () => {
    const get = await asTenant(await fixture.newTenant());
    const { status, body } = await get('/candles/ETHUSDT?timeframe=5m&limit=12');
    expect(status).toBe(200);
    expect(body).toMatchObject({ symbol: 'ETHUSDT', timeframe: '5m', asOf: TIME, stale: false });
    expect(body.candles).toHaveLength(12);
    expect((body.candles as unknown[]).at(-1)).toEqual([expect.any(Number), ...Array(5).fill(DECIMAL)]);
  });

  it('values a portfolio, and shows a new position at once although the old view was cached', async () => {
    const get = await asTenant(await fixture.newTenant());
    const { body: before } = await get('/portfolios/pf-01');
    expect(before).toMatchObject({ id: 'pf-01', asOf: TIME, stale: false });
    expect(before.positions).toMatchObject([{ symbol: 'BTC/USDT', quantity: '2', price: DECIMAL, profit: DECIMAL }]);
    expect(Number(before.total)).toBeGreaterThan(20_000);
    expect((await get('/portfolios/pf-01/positions')).body.items).toHaveLength(1);
    const wanted = { symbol: 'ETH/USDT', quantity: '3.0000000001', averagePrice: '2000' };
    expect(await get('/portfolios/pf-01/positions', post(wanted))).toMatchObject({ status: 201, body: wanted });
    const { body: after } = await get('/portfolios/pf-01');
    expect(after).toMatchObject({
      positions: [{ symbol: 'BTC/USDT' }, { symbol: 'ETH/USDT', quantity: wanted.quantity }],
    });
    expect((await get('/portfolios/pf-01/positions')).body.items).toContainEqual(wanted);
    expect((await get('/portfolios')).body).toMatchObject({ items: [{ id: 'pf-01' }] });
  });

  it('keeps tenants apart: the same id shows each its own portfolio', async () => {
    const a = await asTenant(await fixture.newTenant());
    const b = await asTenant(await fixture.newTenant());
    await a('/portfolios/pf-01/positions', post({ symbol: 'BTC/USDT', quantity: '77', averagePrice: '1' }));
    await a('/portfolios/pf-01');
    expect((await b('/portfolios/pf-01')).body).toMatchObject({ positions: [{ quantity: '2' }] });
  });

  it('still answers when the quota refuses to store, and says so; the use stays within the quota', async () => {
    const get = await asTenant(await fixture.newTenant({ quotaMb: 1, policy: 'reject' }));
    let flagged: Awaited<ReturnType<typeof get>> | undefined;
    for (let report = 0; report < 40 && !flagged; report++) {
      const answer = await get(`/analysis/report-${report}?windows=60`);
      expect(answer.status).toBe(200);
      if (answer.headers.get('x-cache-quota-exceeded') === 'true') flagged = answer;
    }
    expect(flagged?.body.windows).toHaveLength(60);
    const { body: usage } = await get('/me/usage');
    expect(usage.usedBytes as number).toBeLessThanOrEqual(1_048_576);
    expect(usage).toMatchObject({ state: 'warning' });
  });

  it.each([
    ['/prices/btc-usdt', 400, 'REQUEST_INVALID', 'must be a symbol such as BTCUSDT'],
    ['/prices/NOPEUSDT', 404, 'SYMBOL_UNKNOWN', null],
    ['/prices/NOPE', 404, 'SYMBOL_UNKNOWN', null],
    ['/tickers?symbols=BTCUSDT,', 400, 'REQUEST_INVALID', 'must be a symbol such as BTCUSDT'],
    ['/orderbook/BTCUSDT?depth=501', 400, 'REQUEST_INVALID', 'must be a whole number from 1 to 500'],
    ['/candles/BTCUSDT?timeframe=7m', 400, 'REQUEST_INVALID', 'must be one of 1m, 5m, 15m, 1h, 4h, 1d'],
    ['/candles/BTCUSDT?limit=0', 400, 'REQUEST_INVALID', 'must be a whole number from 1 to 1000'],
    ['/candles/BTCUSDT?limit=ten', 400, 'REQUEST_INVALID', 'must be a whole number from 1 to 1000'],
    ['/analysis/a?windows=61', 400, 'REQUEST_INVALID', 'must be a whole number from 1 to 60'],
    ['/portfolios/none', 404, 'PORTFOLIO_NOT_FOUND', null],
    ['/portfolios/pf%2F01', 400, 'REQUEST_INVALID', 'must be the id of a portfolio'],
    ['/nothing', 404, 'ROUTE_NOT_FOUND', null],
    ['/prices/%E0%A4%A', 400, 'REQUEST_INVALID', null],
  ])('%s is answered %i %s as a problem', async (path, status, code, message) => {
    const get = await asTenant(await fixture.newTenant());
    const answer = await get(path);
    expect(answer.status).toBe(status);
    const requestId = answer.headers.get('x-request-id');
    const type = `urn:tenantcache:error:${code.toLowerCase()}`;
    expect(answer.body).toMatchObject({ type, status, code, requestId, detail: expect.any(String) });
    if (message !== null) expect(answer.body.errors).toEqual([{ field: expect.any(String), message }]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each([
    ['a quantity below zero', { symbol: 'BTC/USDT', quantity: '-1', averagePrice: '1' }, 400],
    ['a quantity of zero', { symbol: 'BTC/USDT', quantity: '0.00', averagePrice: '1' }, 400],
    ['a number, which JSON would make a float', { symbol: 'BTC/USDT', quantity: 1, averagePrice: '1' }, 400],
    ['more decimals than are kept', { symbol: 'BTC/USDT', quantity: '0.00000000001', averagePrice: '1' }, 400],
    ['another field', { symbol: 'BTC/USDT', quantity: '1', averagePrice: '1', tenantId: 'x' }, 400],
    ['a pair that the exchange does not have', { symbol: 'NOPE/USDT', quantity: '1', averagePrice: '1' }, 404],
  ])('refuses a position with %s', async (_, wanted, status) => {
    const get = await asTenant(await fixture.newTenant());
    expect((await get('/portfolios/pf-01/positions', post(wanted))).status).toBe(status);
  });

  it('answers 400 to a body that is no JSON', async () => {
    const get = await asTenant(await fixture.newTenant());
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
    expect((await get('/portfolios/pf-01/positions', init)).status).toBe(400);
  });

  it('opens /admin to the dashboard by role, and to no tenant', async () => {
    const tenant = await fixture.newTenant();
    const path = `${api.url}/admin/tenants/${tenant}`;
    expect((await ask(path)).status).toBe(401);
    expect((await ask(path, await tenantToken(tenant))).status).toBe(401);
    const found = await ask(path, await adminToken('viewer'));
    expect(found).toMatchObject({ status: 200, body: { tenantId: tenant } });
    const change = (role: string) => async () =>
      ask(`${path}/quota`, await adminToken(role), {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'if-match': found.headers.get('etag') ?? '' },
        body: JSON.stringify({ quotaMb: 2, reason: 'asked for in a test' }),
      });
    expect((await ask(path, await adminToken('root'))).status).toBe(403);
    expect((await change('viewer')()).status).toBe(403);
    expect(await change('admin')()).toMatchObject({ status: 200, body: { quotaMb: 2 } });
    const get = await asTenant(tenant);
    expect((await get('/me/usage')).body).toMatchObject({ quotaBytes: 2 * 1_048_576 });
  });

  it('takes the tokens of npm run token, as the guide has them', async () => {
    const tenant = await fixture.newTenant();
    const directory = mkdtempSync(join(tmpdir(), 'tenantcache-token-'));
    try {
      const secrets = { adminTokenSecret: ADMIN_SECRET, tenantTokenSecret: TENANT_SECRET };
      writeFileSync(join(directory, 'secrets.json'), JSON.stringify(secrets));
      const script = fileURLToPath(new URL('../../../scripts/token.mjs', import.meta.url));
      const token = (...args: string[]) =>
        execFileSync(process.execPath, [script, '--data-dir', directory, ...args], { encoding: 'utf8' }).trim();
      const own = await ask(`${api.url}/me/cache/usage`, token('--tenant', tenant));
      expect(own).toMatchObject({ status: 200, body: { tenantId: tenant } });
      expect((await ask(`${api.url}/admin/tenants`, token('--admin', '--role', 'viewer'))).status).toBe(200);
      expect((await ask(`${api.url}/me/cache/usage`, token('--admin'))).status).toBe(401);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('names at its front page, without a tenant, only what is there', async () => {
    type Interface = Record<'reference' | 'openapi', string>;
    const { body } = await ask(`${api.url}/`);
    const front = body as unknown as { tryFirst: string[]; open: string[]; tenantApi: Interface; adminApi: Interface };
    const status = async (path: string, token?: string) =>
      (await fetch(api.url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }))
        .status;
    const [own, staff] = [await tenantToken(await fixture.newTenant()), await adminToken('viewer')];
    for (const path of front.open) expect([path, await status(path)]).toEqual([path, 200]);
    for (const path of [...front.tryFirst, front.tenantApi.reference, front.tenantApi.openapi])
      expect([path, await status(path, own)]).toEqual([path, 200]);
    for (const path of [front.adminApi.reference, front.adminApi.openapi])
      expect([path, await status(path, staff)]).toEqual([path, 200]);
  });

  it('serves metrics and health without a tenant', async () => {
    const metrics = await fetch(`${api.url}/metrics`);
    expect(await metrics.text()).toContain('tenantcache_requests_total');
    expect((await ask(`${api.url}/livez`)).status).toBe(200);
    expect((await ask(`${api.url}/readyz`)).status).toBe(200);
  });

  it('logs no key, no tenant’s token and no value', async () => {
    const tenant = await fixture.newTenant();
    const get = await asTenant(tenant);
    logged.length = 0;
    await get('/analysis/a-very-private-key');
    await get('/portfolios/a-very-private-key');
    expect(logged.length).toBeGreaterThanOrEqual(2);
    const text = logged.join('');
    expect(text).toContain('/analysis/:key');
    expect(text).not.toContain('a-very-private-key');
    expect(text).not.toContain(await tenantToken(tenant));
    expect(text).not.toContain('Bearer');
  });
});
