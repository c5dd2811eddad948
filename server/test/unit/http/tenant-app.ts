import { AsyncLocalStorage } from 'node:async_hooks';
import express, { type Request } from 'express';
import { fail } from '../../../src/core/errors.js';
import type { QuotaState } from '../../../src/core/quota.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import { problemHandler } from '../../../src/http/problem.js';
import {
  type TenantMiddlewareDeps,
  type TenantMiddlewareOptions,
  tenantMiddleware,
} from '../../../src/http/tenant-middleware.js';

/** What a request holds of its tenant in these tests: the figures that the headers show. */
export interface Handle {
  readonly tenant: TenantId;
  usedBytes: number;
  quotaBytes: number;
  state: QuotaState;
  exceededInThisRequest: boolean;
}

export const context = new AsyncLocalStorage<Handle>();

export function handleOf(req: Request): Handle {
  return (req as unknown as { tenantCache: Handle }).tenantCache;
}

export const deps: TenantMiddlewareDeps<Handle> = {
  tenantId,
  async open(tenant) {
    if (tenant === 'suspended') throw fail('TENANT_SUSPENDED');
    if (tenant === 'unreachable') throw fail('DIRECTORY_UNAVAILABLE');
    if (tenant === 'broken') throw new Error('secret internals');
    return { tenant, usedBytes: 10, quotaBytes: 100, state: 'ok', exceededInThisRequest: false };
  },
  run: (handle, fn) => context.run(handle, fn),
  usageOf: (handle) => handle,
};

/** An app whose `/` answers with the tenant seen by the request, and by the context after a turn of the event loop. */
export function tenantApp(
  options: TenantMiddlewareOptions,
  more: Partial<TenantMiddlewareDeps<Handle>> = {},
): express.Express {
  const app = express();
  app.use(tenantMiddleware({ ...deps, ...more }, options));
  app.get('/', (req, res, next) => {
    const seen = handleOf(req)?.tenant;
    setImmediate(() => {
      try {
        res.json({ tenant: seen ?? null, context: context.getStore()?.tenant ?? null });
      } catch (error) {
        next(error);
      }
    });
  });
  app.use(problemHandler());
  return app;
}
