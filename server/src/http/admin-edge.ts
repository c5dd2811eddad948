import type { RequestHandler } from 'express';
import { TenantCacheError } from '../core/errors.js';
import type { RateStore } from '../core/rate-limit.js';
import type { Access } from './admin-access.js';
import { FailedSignIns, type RouterRateLimitOptions, routerLimiter, routerLimits } from './rate-limit-router.js';
import { requestIdHandler } from './request-id.js';
import { securityHeaders } from './security-headers.js';
import { originGuard } from './security-origin.js';

export interface AdminEdgeOptions {
  /** By actor, and by tenant for tenant roles. Default 600 reads, 120 changes and 60 failed sign-ins a minute. */
  rateLimit?: RouterRateLimitOptions | false;
  /** Origins besides the host itself from which a browser may send requests that a cookie alone authorises. Default none. */
  allowedOrigins?: readonly string[];
}

export const ADMIN_EDGE_OPTIONS = ['rateLimit', 'allowedOrigins'] as const;

/**
 * What a request passes before its body is read, in this order.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function adminEdge(access: Access, rates: RateStore | undefined, options: AdminEdgeOptions): RequestHandler[] {
  const limits = routerLimits('adminRouter()', options.rateLimit);
  const common = [requestIdHandler(), securityHeaders(), originGuard('adminRouter()', options.allowedOrigins)];
  if (limits === undefined) return [...common, access.authenticate];
  const signIns = new FailedSignIns(limits);
  return [
    ...common,
    counted(access.authenticate, signIns),
    routerLimiter(rates, 'admin', limits, (req) => access.limitedAs(req)),
  ];
}

function counted(authenticate: RequestHandler, signIns: FailedSignIns): RequestHandler {
  return (req, res, next) =>
    authenticate(req, res, (error?: unknown) => {
      const isFailed = error instanceof TenantCacheError && error.status === 401;
      if (!isFailed || !signIns.failed(req, res)) next(error);
    });
}
