import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createDatabase, type Database, deprovision, migrate, provision } from '@tenantcache/database';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import type { TenantCacheServer } from 'tenantcache';
import type { SharedMarketDataCache } from 'tenantcache/market-data';
import { listen, stop } from '../../test/fakes/listen.js';
import { createExchangeServer } from '../src/simulator/exchange-server.js';

export const TENANT_SECRET = 'tenant-secret-of-the-tests-32-bytes!';
export const ADMIN_SECRET = 'admin-secret-of-the-tests-32-bytes!!';

export interface RunningApi {
  url: string;
  cache: TenantCacheServer;
  marketData: SharedMarketDataCache;
  stop(): Promise<void>;
}

export interface ApiFixture {
  readonly redisUrl: string;
  readonly postgresUrl: string;
  readonly exchangeUrl: string;
  /** What the APIs of this fixture share of the markets. */
  readonly dataset: string;
  readonly database: Database;
  /** A tenant with a quota of its own and the portfolio `pf-01`, which holds 2 BTC bought at 50,000. */
  newTenant(quota?: { quotaMb?: number; policy?: string }): Promise<string>;
  /** Another process's worth of the API; parts may be replaced by addresses where nobody listens. */
  start(replaced?: {
    redisUrl?: string;
    exchangeUrl?: string;
    portfolioUrl?: string;
    redisTimeout?: '5s';
    log?: (line: string) => void;
  }): Promise<RunningApi>;
  close(): Promise<void>;
}

/** The API on the built package, a database of its own, the given Redis with tenants of its own, and a quick exchange. */
export async function createApiFixture(): Promise<ApiFixture> {
  const redisUrl = needed('TEST_REDIS_URL');
  const superuserUrl = needed('TEST_POSTGRES_URL');
  if (!existsSync(fileURLToPath(new URL('../../dist/index.js', import.meta.url)))) {
    throw new Error('The example uses the built package: run `node server/build.mjs` first.');
  }
  const { createTenantCache } = await import('tenantcache');
  const { postgresTenants, postgresUsage } = await import('tenantcache/postgres');
  const { createApp } = await import('../src/app.js');
  const { openAccess } = await import('../src/access/open-access.js');
  const { openMarket } = await import('../src/market/open-market.js');

  const run = randomUUID().slice(0, 8);
  const databaseName = `example_test_${run}`;
  const dataset = `market-${run}`;
  const { ownerUrl, appUrl, adminUrl } = await provision({ superuserUrl, databaseName });
  await migrate({ ownerUrl });
  const database = createDatabase({ appUrl, adminUrl });
  await database.asAdmin('test', (tx) => tx.plan.create({ data: { name: 'Test', quotaMb: 4, isDefault: true } }));
  const exchange = createExchangeServer({ latencyMs: [0, 0] });
  const exchangeUrl = await listen(exchange);
  const running: RunningApi[] = [];

  return {
    redisUrl,
    postgresUrl: appUrl,
    exchangeUrl,
    dataset,
    database,
    async newTenant({ quotaMb = 4, policy = 'lru' } = {}) {
      const tenantId = `test-${randomUUID()}`;
      await database.asAdmin('test', async (tx) => {
        await tx.tenant.create({ data: { tenantId, name: tenantId, plan: 'Test' } });
        await tx.tenantQuota.create({ data: { tenantId, quotaMb, policy } });
        await tx.portfolio.create({ data: { tenantId, id: 'pf-01', name: 'Core', cash: 1_000 } });
        const position = { symbol: 'BTC/USDT', quantity: 2, averagePrice: 50_000 };
        await tx.position.create({ data: { tenantId, portfolioId: 'pf-01', ...position } });
      });
      return tenantId;
    },
    async start(replaced = {}) {
      const postgres = { url: appUrl, adminUrl };
      const cache = createTenantCache({
        compression: false,
        redis: { url: replaced.redisUrl ?? redisUrl },
        ...(replaced.redisTimeout && { redisTimeout: replaced.redisTimeout }),
        tenants: postgresTenants(postgres),
        usage: postgresUsage(postgres),
        // It would hold the tenants of other tests in this Redis to what this directory says.
        upkeep: false,
        shared: { [dataset]: { quotaBytes: 8 * 1_048_576 } },
      });
      const portfolios = createDatabase({ appUrl: replaced.portfolioUrl ?? appUrl });
      const access = openAccess(cache, portfolios, { settleMs: 50, tellEveryMs: 200 });
      const marketData = openMarket(cache, replaced.exchangeUrl ?? exchangeUrl, dataset);
      const logger = pino({ level: 'debug' }, { write: replaced.log ?? (() => {}) });
      const app = createApp({
        cache,
        database: portfolios,
        marketData,
        access,
        tenantTokenSecret: TENANT_SECRET,
        adminTokenSecret: ADMIN_SECRET,
        logger,
      });
      const server: Server = createServer(app);
      const url = await listen(server);
      const api: RunningApi = {
        url,
        cache,
        marketData,
        async stop() {
          await stop(server);
          // In a test without Redis there is nothing to clear.
          await cache.platform
            .shared(dataset)
            .clear()
            .catch(() => {});
          await cache.close();
          await access.close();
          await portfolios.close();
        },
      };
      running.push(api);
      return api;
    },
    async close() {
      for (const api of running) await api.stop();
      await stop(exchange);
      await database.close();
      await deprovision({ superuserUrl, databaseName });
    },
  };
}

/** Without `user` it is of the tenant's service account. */
export function tenantToken(tenantId: string, user?: string): Promise<string> {
  const claims = { tenant_id: tenantId, ...(user !== undefined && { sub: user }) };
  return sign(TENANT_SECRET, 'tenantcache-demo', 'tenantcache-example', claims);
}

export function adminToken(role: string, issuer = 'tenantcache-dashboard'): Promise<string> {
  return sign(ADMIN_SECRET, issuer, 'tenantcache-admin', { sub: 'ops@example.com', role });
}

export function sign(
  secret: string,
  issuer: string,
  audience: string,
  claims: Record<string, string>,
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(secret));
}

/** What a request came to; the body is JSON throughout this API, or nothing. */
export async function ask(url: string, token?: string, init: RequestInit = {}) {
  const headers = { ...init.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { ...init, headers });
  const body = JSON.parse((await response.text()) || '{}') as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

export function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`This test needs ${name}; \`npm test\` sets it.`);
  return value;
}
