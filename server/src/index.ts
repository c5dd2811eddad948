// The public interface; each line has a user outside this package.
// For who receives webhooks.
export { type VerifyWebhookInput, verifyWebhook } from './alerts/webhook-signature.js';
export type { ConsistencyReport } from './cache/consistency-check.js';
export type { ConsistencyCheckOptions, SourceLoader } from './cache/consistency-options.js';
export type { EntryOptions } from './cache/entry-options.js';
export type { BatchFactory, BatchResult } from './cache/load-batch.js';
export type { Factory, LoadContext } from './cache/load-context.js';
export type { SetResult } from './cache/set-result.js';
export type { TenantCache } from './cache/tenant-cache.js';
export type { TenantMetrics } from './cache/tenant-metrics.js';
export type { TenantUsage } from './cache/tenant-usage.js';
export type { DeadLetter, WriteBehindAdmin, WriteBehindPending, WriteBehindResult } from './cache/write-behind.js';
export type { Persist } from './cache/write-through.js';
export type { AccessScope, Role } from './core/access.js';
export type { ApiKey, ApiKeyStore } from './core/api-keys.js';
export type {
  AuthorizationCache,
  AuthorizationOptions,
  DecisionTtl,
  Permission,
  PermissionExplanation,
  PermissionHandle,
  PermissionLoader,
  PermissionRequest,
  PermissionSet,
  UserPermissions,
} from './core/authorization.js';
export type { CacheOptions } from './core/cache-options.js';
export type { CompressionOptions, EncryptionOptions } from './core/codec-options.js';
// For who writes a codec, a directory, a sink or a logger.
export type { Codec, Logger } from './core/contracts.js';
export type { SharedKey } from './core/dataset.js';
export type {
  FleetRecord,
  FleetSettings,
  OpenStatement,
  Statement,
  TenantDirectory,
  TenantRecord,
} from './core/directory.js';
export type { Duration } from './core/duration.js';
export { ERRORS, type ErrorCode, QuotaExceededError, RateLimitedError, TenantCacheError } from './core/errors.js';
export type { CacheEvent } from './core/events.js';
export type { L1Options, L1Policy } from './core/l1-options.js';
export type { LoadOptions } from './core/load-options.js';
// For who makes invoices: a statement's amounts made again from its figures.
export type { AmountLine, Bill, PlanPrices } from './core/pricing.js';
export type { Enforcement, EvictionPolicy, QuotaState, TenantSettings } from './core/quota.js';
export type { RedisOption } from './core/redis-option.js';
export { defineResource, type Resource, type ResourceOptions } from './core/resource.js';
export type {
  PlatformDataset,
  SharedAccess,
  SharedAccessList,
  SharedAccessPart,
  SharedAccessQuery,
  SharedAccessStore,
  SharedBatchLoader,
  SharedDataset,
  SharedEntry,
  SharedEntryPage,
  SharedKindOptions,
  SharedLoadContext,
  SharedLoader,
  SharedMetrics,
  SharedRead,
  SharedUsage,
} from './core/shared.js';
export type { DatasetOptions } from './core/shared-options.js';
export type { StaticTenant, StaticTenantsOptions } from './core/static-tenants.js';
export type { TracingOptions } from './core/tracing-options.js';
export type { TtlExplanation } from './core/ttl-decision.js';
export type { TtlMode, TtlPolicyOptions, TtlRuleOptions } from './core/ttl-options.js';
export type {
  DayUsage,
  FleetSample,
  FleetUsage,
  ResourceUsage,
  TenantSpan,
  UsageReader,
  UsageSample,
} from './core/usage-reader.js';
export type { CrossingRow, UsageSink } from './core/usage-sink.js';
export { verifyStatement } from './core/verify-statement.js';
export type {
  Warming,
  WarmingJob,
  WarmingQuery,
  WarmingRun,
  WarmingRunStore,
  WarmOutcome,
  WarmSource,
  WarmSourceContext,
  WarmTarget,
} from './core/warming.js';
export type { WriteBehindItem, WriteBehindOptions } from './core/write-behind-options.js';
export { createTenantCache, type TenantCacheServer } from './create-tenant-cache.js';
export type { Authorization } from './http/admin-access.js';
export type { AdminRouterOptions } from './http/admin-router.js';
// The chain that an array as `tenant` is, with its option.
export { firstOf } from './http/first-of.js';
// For who makes the server itself.
export { type HardenOptions, hardenServer } from './http/harden-server.js';
// Error handler for applications that throw this package's errors from their routes.
export { problemHandler } from './http/problem.js';
export type { RateLimitOptions } from './http/rate-limit.js';
// Before a logger, so that its lines have the ids of the answers.
export { requestIdHandler } from './http/request-id.js';
export type { ShutdownOptions } from './http/shutdown.js';
export type { TenantMiddlewareOptions, TenantResolver } from './http/tenant-middleware.js';
export type { TenantRouterOptions } from './http/tenant-router.js';
export type { ResponseOptions } from './response/response-options.js';
export { type FromApiKeyOptions, fromApiKey, type RequestApiKey } from './tenant/from-api-key.js';
export { fromHeader } from './tenant/from-header.js';
export { fromJwt } from './tenant/from-jwt.js';
export { fromSubdomain } from './tenant/from-subdomain.js';
// What warm-ups load, by where it comes from.
export { type ExpiringOptions, expiring } from './warming/expiring-source.js';
export { type ForecastSourceOptions, forecast } from './warming/forecast-source.js';
export { type Mover, type MoversOptions, movers } from './warming/movers-source.js';
export { type RecentUseOptions, recentUse } from './warming/recent-use-source.js';
// The ready-made targets of warm-ups, for sources of one's own.
export { entryTarget, sharedTarget } from './warming/targets.js';
export { type TeamUseOptions, teamUse } from './warming/team-use-source.js';
export { type TopSymbolsOptions, topSymbols } from './warming/top-symbols-source.js';
export { UserReads } from './warming/user-reads.js';
export { type WatchlistsSourceOptions, watchlists } from './warming/watchlists-source.js';
