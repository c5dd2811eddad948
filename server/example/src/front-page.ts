import type { RequestHandler } from 'express';

const FRONT_PAGE = {
  name: 'tenantcache example: a market-data API for many tenants',
  credentials: 'Authorization: Bearer <token or API key>; npm run token -- --tenant <tenantId> prints a token',
  tryFirst: ['/prices/BTCUSDT', '/market/overview', '/portfolios', '/me/usage'],
  tenantApi: { reference: '/me/cache/docs', openapi: '/me/cache/openapi.json' },
  adminApi: { reference: '/admin/docs', openapi: '/admin/openapi.json', credentials: 'npm run token -- --admin' },
  open: ['/livez', '/readyz', '/metrics'],
  guide: 'docs/guides/example.md',
};

/** Where to go on from `/`, for whoever has no credentials yet: nothing of any tenant. */
export const frontPage: RequestHandler = (_request, response) => {
  response.json(FRONT_PAGE);
};
