import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadAddress } from '../../test/fakes/listen.js';
import { type ApiFixture, ask, createApiFixture, tenantToken } from './api-fixture.js';

describe('the example API while something is away', () => {
  let fixture: ApiFixture;

  beforeAll(async () => {
    fixture = await createApiFixture();
  });
  afterAll(() => fixture?.close());

  it('starts and answers from its sources without Redis', async () => {
    const api = await fixture.start({ redisUrl: `redis://${await deadAddress()}` });
    const token = await tenantToken(await fixture.newTenant());
    expect((await ask(`${api.url}/prices/BTCUSDT`, token)).status).toBe(200);
    expect((await ask(`${api.url}/portfolios/pf-01`, token)).status).toBe(200);
    expect((await ask(`${api.url}/analysis/a`, token)).status).toBe(200);
    expect((await ask(`${api.url}/readyz`)).body).toMatchObject({ status: 'degraded' });
  });

  it('answers 502 for what the exchange would have to say, and serves what is cached', async () => {
    const tenant = await fixture.newTenant();
    const token = await tenantToken(tenant);
    const whole = await fixture.start();
    await whole.cache.ready();
    const { body } = await ask(`${whole.url}/prices/BTCUSDT`, token);

    const api = await fixture.start({ exchangeUrl: `http://${await deadAddress()}` });
    await api.cache.ready();
    expect(await ask(`${api.url}/prices/BTCUSDT`, token)).toMatchObject({ status: 200, body });
    // Of any tenant: what one asked for, all have.
    const other = await tenantToken(await fixture.newTenant());
    expect(await ask(`${api.url}/prices/BTCUSDT`, other)).toMatchObject({ status: 200, body });
    const missing = await ask(`${api.url}/prices/ETHUSDT`, token);
    expect(missing.status).toBe(502);
    expect(missing.headers.get('content-type')).toContain('application/problem+json');
  });

  it('values what has a price, and says that it is not all, while the exchange is away', async () => {
    const api = await fixture.start({ exchangeUrl: `http://${await deadAddress()}` });
    await api.cache.ready();
    await api.cache.platform.shared(fixture.dataset).clear();
    const token = await tenantToken(await fixture.newTenant());
    const { status, body } = await ask(`${api.url}/portfolios/pf-01`, token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ total: '1000.00', positions: [{ symbol: 'BTC/USDT', price: null, value: null }] });
    expect(body).toMatchObject({ asOf: null, stale: true });
  });

  it('answers 503 for portfolios while the database is away, and prices all the same', async () => {
    const portfolioUrl = new URL(fixture.postgresUrl);
    portfolioUrl.host = await deadAddress();
    const api = await fixture.start({ portfolioUrl: portfolioUrl.href });
    const token = await tenantToken(await fixture.newTenant());
    const answer = await ask(`${api.url}/portfolios/pf-01`, token);
    expect(answer).toMatchObject({ status: 503, body: { detail: 'The database does not answer.' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await ask(`${api.url}/prices/BTCUSDT`, token)).status).toBe(200);
  });
});
