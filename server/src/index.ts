// The public interface; each line has a user outside this package.
export type { EntryOptions } from './cache/entry-options.js';
export type { Factory, LoadContext } from './cache/read-through.js';
export type { SetResult } from './cache/set-result.js';
export type { TenantCache, TenantUsage } from './cache/tenant-cache.js';
export type { TenantMetrics } from './cache/tenant-metrics.js';
export type { CacheOptions, L1Options, RedisOption } from './core/cache-options.js';
// For who writes a codec, a directory, a sink or a logger.
export type { Codec, Logger, UsageSink } from './core/contracts.js';
export type { TenantDirectory, TenantRecord } from './core/directory.js';
export type { Duration } from './core/duration.js';
export { ERRORS, type ErrorCode, QuotaExceededError, TenantCacheError } from './core/errors.js';
export type { CacheEvent } from './core/events.js';
export type { Enforcement, EvictionPolicy, QuotaState, TenantSettings } from './core/quota.js';
export { defineResource, type Resource, type ResourceOptions } from './core/resource.js';
export type { StaticTenant, StaticTenantsOptions } from './core/static-tenants.js';
export { createTenantCache, type TenantCacheServer } from './create-tenant-cache.js';
export type { Authorization, Role } from './http/admin-access.js';
export type { AdminRouterOptions } from './http/admin-router.js';
// Error handler for applications that throw this package's errors from their routes.
export { problemHandler } from './http/problem.js';
export type { TenantMiddlewareOptions, TenantResolver } from './http/tenant-middleware.js';
export { fromHeader } from './tenant/from-header.js';
export { fromJwt } from './tenant/from-jwt.js';
export { fromSubdomain } from './tenant/from-subdomain.js';
