import type { ErrorCode } from '../core/errors.js';
import { type TenantApiRoute, tenantRoute } from './api-route.js';
import { descriptionRoutes } from './openapi-routes.js';

/** What the middleware before the router refuses, the limits, and what is down. */
const ALWAYS: readonly ErrorCode[] = [
  'TENANT_MISSING',
  'TENANT_INVALID',
  'TENANT_SUSPENDED',
  'TENANT_MISMATCH',
  'TOKEN_INVALID',
  'API_KEY_INVALID',
  'RATE_LIMITED',
  'INTERNAL',
  'CACHE_CLOSED',
  'DIRECTORY_UNAVAILABLE',
];

const DESCRIPTION = `What a tenant may see of itself: what it uses, what it is charged for, what it is alerted of, and what it watches. \
The tenant is the one that the request is bound to by its credentials; nothing else names one.

Errors are problem details (RFC 9457) with a stable \`code\`. Times are ISO 8601 in UTC, sizes are bytes.`;

/** The routes, and those that describe them. */
export function withTenantDescription(routes: readonly TenantApiRoute[]): TenantApiRoute[] {
  const outline = {
    title: 'tenantcache tenant API',
    description: DESCRIPTION,
    routes,
    problems: { always: ALWAYS, idempotent: false },
    credentials: 'As the application’s tenant resolver reads it',
  };
  return [...routes, ...descriptionRoutes<TenantApiRoute>(outline, (route) => tenantRoute(route))];
}
