import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createDatabase } from '@tenantcache/database';
import { pino } from 'pino';
import { createTenantCache, hardenServer } from 'tenantcache';
import { postgresTenants, postgresUsage } from 'tenantcache/postgres';
import { openAccess } from './access/open-access.js';
import { createApp } from './app.js';
import { apiEnvironment } from './environment.js';
import { openMarket } from './market/open-market.js';
import { environmentOrExit } from './read-environment.js';
import { defineWarmUps } from './warm-ups.js';

/** Of market data, for all tenants together. */
const MARKET_QUOTA_BYTES = 64 * 1024 * 1024;
/** Of one tenant, reads of market data: a screen asks for many at once. */
const MARKET_READS_A_MINUTE = 60_000;

const EXIT_MS = 10_000;
/** No balancer stands before the example: what is left of the time is for requests under way. */
const UNREADY_MS = 500;
const PATIENCE_MS = 5_000;

const environment = environmentOrExit(apiEnvironment);
const logger = pino({ level: environment.LOG_LEVEL });

const { REDIS_URL: url, REDIS_CLUSTER: cluster } = environment;
const redis = cluster ? { cluster } : url ? { url } : undefined;
if (!redis) logger.warn({}, 'Neither REDIS_URL nor REDIS_CLUSTER is set: the cache is this process’s memory only.');
const postgres = { url: environment.DATABASE_URL, adminUrl: environment.DATABASE_ADMIN_URL };
const cache = createTenantCache({
  ...(redis && { redis }),
  tenants: postgresTenants(postgres),
  usage: postgresUsage(postgres),
  usageInterval: environment.USAGE_FLUSH_INTERVAL,
  // The demonstration is about quotas: what fills them is to be as large as it looks.
  compression: false,
  webhooks: {
    allowPrivateAddresses: environment.WEBHOOK_ALLOW_PRIVATE,
    allowHttp: environment.WEBHOOK_ALLOW_PRIVATE,
  },
  shared: { market: { quotaBytes: MARKET_QUOTA_BYTES, rateLimit: { limit: MARKET_READS_A_MINUTE } } },
  logger,
});
const database = createDatabase({ appUrl: environment.DATABASE_URL });
const marketData = openMarket(cache, environment.EXCHANGE_URL);
const access = openAccess(cache, database, {
  onError: (_error, what) =>
    what === 'refresh'
      ? logger.warn({}, 'The view of permissions could not be refreshed; they are read from their tables.')
      : logger.warn({}, 'The caches could not be told of changes of permissions; they are told again.'),
});
defineWarmUps(cache, marketData.platform);

const app = createApp({
  cache,
  database,
  marketData,
  access,
  tenantTokenSecret: environment.TENANT_TOKEN_SECRET,
  adminTokenSecret: environment.ADMIN_TOKEN_SECRET,
  logger,
});
const server = hardenServer(app.listen(environment.PORT, environment.HOST));
try {
  await once(server, 'listening');
} catch (error) {
  logger.fatal({ code: (error as NodeJS.ErrnoException).code, port: environment.PORT }, 'The API cannot listen.');
  process.exit(1);
}
const { address, port } = server.address() as AddressInfo;
logger.info({}, `API listens on http://${address}:${port}`);

let closing = false;
async function close(signal: NodeJS.Signals): Promise<void> {
  if (closing) return;
  closing = true;
  logger.info({ signal }, 'The API closes.');
  setTimeout(() => process.exit(1), EXIT_MS).unref();
  const times = { unreadyMs: UNREADY_MS, patienceMs: PATIENCE_MS };
  const results = [
    ...(await Promise.allSettled([cache.shutdown(server, times)])),
    ...(await Promise.allSettled([access.close()])),
    ...(await Promise.allSettled([database.close()])),
  ];
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) logger.error({ code: failed.reason?.code }, 'The last usage of this process could not be stored.');
  process.exit(failed ? 1 : 0);
}
process.on('SIGTERM', close);
process.on('SIGINT', close);
