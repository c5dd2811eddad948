import type { Database } from '@tenantcache/database';
import express, { type Express, type Request } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { fromApiKey, fromJwt, requestIdHandler, type TenantCacheServer } from 'tenantcache';
import { adminAuthorize } from './admin-authorize.js';
import { Exchange } from './market/exchange.js';
import { MarketData } from './market/market-data.js';
import { Portfolios } from './portfolio.js';
import { notFound, problemHandler } from './problem-handler.js';
import { marketRoutes } from './routes/market-routes.js';
import { portfolioRoutes } from './routes/portfolio-routes.js';

/** Of one tenant: more than the demo's traffic sends for all of them. */
const REQUESTS_A_MINUTE = 20_000;

export interface AppParts {
  cache: TenantCacheServer;
  database: Database;
  exchangeUrl: string;
  tenantTokenSecret: string;
  adminTokenSecret: string;
  logger: Logger;
}

/** The market-data API: what a tenant asks is answered through its own cache, and nothing is answered without a tenant. */
export function createApp({
  cache,
  database,
  exchangeUrl,
  tenantTokenSecret,
  adminTokenSecret,
  logger,
}: AppParts): Express {
  const market = new MarketData(new Exchange(exchangeUrl));
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');

  app.get('/livez', cache.livezHandler());
  app.get('/readyz', cache.readyzHandler());
  app.get('/metrics', cache.metricsHandler());

  app.use(requestIdHandler());
  app.use(requestLog(logger));
  app.use(helmet());
  app.use('/admin', cache.adminRouter({ authorize: adminAuthorize(adminTokenSecret) }));
  app.use(
    cache.middleware({
      tenant: [
        fromJwt({
          secret: tenantTokenSecret,
          issuer: 'tenantcache-demo',
          audience: 'tenantcache-example',
          claim: 'tenant_id',
        }),
        fromApiKey({ keys: cache }),
      ],
      // The token of a tenant that was deleted is valid for as long as it says.
      unknown: 'refuse',
    }),
  );
  app.use(cache.rateLimit({ limit: REQUESTS_A_MINUTE }));
  app.get('/me/usage', async (request, response) => {
    response.json(await request.tenantCache.usage());
  });
  app.use('/me/cache', cache.tenantRouter());
  app.use(marketRoutes(market, cache.response({ ttl: '10s', authorization: 'shared' })));
  app.use(portfolioRoutes(new Portfolios(database), market));
  app.use(notFound);
  app.use(problemHandler(logger));
  return app;
}

/** One line per request that failed, all of them at level debug. The path holds keys, so the route stands for it. */
function requestLog(logger: Logger) {
  return pinoHttp<Request>({
    logger,
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'warn' : 'debug'),
    customAttributeKeys: { req: 'request', res: 'response' },
    // The route is known only when the request has been answered, so these fields are not bound at its beginning.
    quietReqLogger: true,
    customProps: ({ id, method, route }) => ({ requestId: id, method, route: route?.path }),
    serializers: {
      req: () => undefined,
      res: ({ statusCode }) => ({ statusCode }),
      err: ({ type, code }) => ({ type, code }),
    },
  });
}
