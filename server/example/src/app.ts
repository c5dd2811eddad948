import type { Database } from '@tenantcache/database';
import express, { type Express, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { fromApiKey, fromJwt, requestIdHandler, type TenantCacheServer } from 'tenantcache';
import type { MarketData } from 'tenantcache/market-data';
import type { Access } from './access/open-access.js';
import { mayBy, requiresBy } from './access/requires.js';
import { userOfToken } from './access/user-of.js';
import { adminAuthorize } from './admin-authorize.js';
import { frontPage } from './front-page.js';
import { Market } from './market/market.js';
import { Portfolios } from './portfolio.js';
import { PortfolioViews } from './portfolio-views.js';
import { notFound, problemHandler } from './problem-handler.js';
import { accessRoutes } from './routes/access-routes.js';
import { marketRoutes } from './routes/market-routes.js';
import { portfolioRoutes } from './routes/portfolio-routes.js';
import { signalRoutes } from './routes/signal-routes.js';
import { tradeRoutes } from './routes/trade-routes.js';
import { watchlistRoutes } from './routes/watchlist-routes.js';
import { SignalBoard } from './signals.js';
import { Trades } from './trades.js';

/** Of one tenant: more than the demo's traffic sends for all of them. */
const REQUESTS_A_MINUTE = 20_000;
const ISSUER = 'tenantcache-demo';
const AUDIENCE = 'tenantcache-example';

export interface AppParts {
  cache: TenantCacheServer;
  database: Database;
  /** What all tenants share of the markets. */
  marketData: MarketData;
  /** Who may do what. */
  access: Access;
  tenantTokenSecret: string;
  adminTokenSecret: string;
  logger: Logger;
}

/**
 * The market-data API: markets from what all tenants share, a tenant's own things through its own cache, and nothing without a
 * tenant.
 */
export function createApp({
  cache,
  database,
  marketData,
  access,
  tenantTokenSecret,
  adminTokenSecret,
  logger,
}: AppParts): Express {
  const market = new Market(marketData);
  const portfolios = new Portfolios(database);
  const views = new PortfolioViews(portfolios, market);
  const userOf = userOfToken(tenantTokenSecret, ISSUER, AUDIENCE);
  const requires = requiresBy(access.authorization, userOf);
  const may = mayBy(access.authorization, userOf);
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');

  app.get('/livez', cache.livezHandler());
  app.get('/readyz', cache.readyzHandler());
  app.get('/metrics', cache.metricsHandler());

  app.use(requestIdHandler());
  app.use(requestLog(logger));
  app.use(helmet());
  app.get('/', frontPage);
  app.use('/admin', cache.adminRouter({ authorize: adminAuthorize(adminTokenSecret) }));
  app.use(
    cache.middleware({
      tenant: [
        fromJwt({
          secret: tenantTokenSecret,
          issuer: ISSUER,
          audience: AUDIENCE,
          claim: 'tenant_id',
        }),
        fromApiKey({ keys: cache }),
      ],
      // The token of a tenant that was deleted is valid for as long as it says.
      unknown: 'refuse',
    }),
  );
  app.use(cache.rateLimit({ limit: REQUESTS_A_MINUTE }));
  const [seeCache, changeCache] = [requires('cache:read'), requires('cache:write')];
  app.get('/me/usage', seeCache, async (request, response) => {
    response.json(await request.tenantCache.usage());
  });
  const mayUseCache: RequestHandler = (request, response, next) =>
    (request.method === 'GET' || request.method === 'HEAD' ? seeCache : changeCache)(request, response, next);
  app.use('/me/cache', mayUseCache, cache.tenantRouter());
  const seeMarket = requires('market:read');
  app.use(marketRoutes(market, seeMarket, cache.response({ ttl: '10s', authorization: 'shared' })));
  app.use(watchlistRoutes(cache.watchlists, market, seeMarket));
  app.use(portfolioRoutes(portfolios, views, market, requires, may));
  app.use(tradeRoutes(new Trades(database), views, market, requires));
  app.use(signalRoutes(new SignalBoard(database, market), requires));
  app.use(accessRoutes(access, requires, userOf));
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
