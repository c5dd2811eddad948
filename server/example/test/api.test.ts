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

  it('serves a price from the cache: the second answer is of the first moment', async () => {
    const get = await asTenant(await fixture.newTenant());
    const first = await get('/prices/BTCUSDT');
    const second = await get('/prices/BTCUSDT');
    expect(first.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect((await get('/me/usage')).body).toMatchObject({ entries: 1, state: 'ok', quotaBytes: 4 * 1_048_576 });
  });

  it('serves candles by timeframe', async () => {
    const get = await asTenant(await fixture.newTenant());
    const { status, body } = await get('/candles/ETHUSDT?timeframe=5m&limit=12');
    expect(status).toBe(200);
    expect(body).toMatchObject({ symbol: 'ETHUSDT', timeframe: '5m' });
    expect(body.candles).toHaveLength(12);
  });

  it('values a portfolio, and shows a new position at once although the old view was cached', async () => {
    const get = await asTenant(await fixture.newTenant());
    const { body: before } = await get('/portfolios/pf-01');
    expect(before).toMatchObject({ id: 'pf-01', positions: [{ symbol: 'BTC/USDT', quantity: 2 }] });
    expect(before.total as number).toBeGreaterThan(20_000);
    const wanted = { symbol: 'ETH/USDT', quantity: 3, averagePrice: 2_000 };
    expect(await get('/portfolios/pf-01/positions', post(wanted))).toMatchObject({ status: 201, body: wanted });
    const { body: after } = await get('/portfolios/pf-01');
    expect(after).toMatchObject({ positions: [{ symbol: 'BTC/USDT' }, { symbol: 'ETH/USDT', quantity: 3 }] });
    expect((await get('/portfolios')).body).toMatchObject({ items: [{ id: 'pf-01' }] });
  });

  it('keeps tenants apart: the same id shows each its own portfolio', async () => {
    const a = await asTenant(await fixture.newTenant());
    const b = await asTenant(await fixture.newTenant());
    await a('/portfolios/pf-01/positions', post({ symbol: 'BTC/USDT', quantity: 77, averagePrice: 1 }));
    await a('/portfolios/pf-01');
    expect((await b('/portfolios/pf-01')).body).toMatchObject({ positions: [{ quantity: 2 }] });
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
    ['/prices/btc-usdt', 400],
    ['/prices/NOPEUSDT', 404],
    ['/candles/BTCUSDT?timeframe=7m', 400],
    ['/candles/BTCUSDT?limit=0', 400],
    ['/analysis/a?windows=61', 400],
    ['/portfolios/none', 404],
    ['/portfolios/pf%2F01', 400],
    ['/nothing', 404],
  ])('%s is answered %i as a problem', async (path, status) => {
    const get = await asTenant(await fixture.newTenant());
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status, detail: expect.any(String) });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each([
    ['a quantity below zero', { symbol: 'BTC/USDT', quantity: -1, averagePrice: 1 }, 400],
    ['another field', { symbol: 'BTC/USDT', quantity: 1, averagePrice: 1, tenantId: 'x' }, 400],
    ['a pair that the exchange does not have', { symbol: 'NOPE/USDT', quantity: 1, averagePrice: 1 }, 404],
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
