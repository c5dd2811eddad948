import type { Request, RequestHandler, Router } from 'express';
import { checkWebhookUrl } from './alerts/webhook-check.js';
import { AdminEntries } from './cache/admin-entries.js';
import { forgetTenant } from './cache/forget-tenant.js';
import { patiently, settledUsage } from './cache/settled-usage.js';
import { TenantCache } from './cache/tenant-cache.js';
import type { ApiKeyStore } from './core/api-keys.js';
import type { ResolvedCacheOptions } from './core/cache-options.js';
import type { TenantDirectory } from './core/directory.js';
import type { EntryAccess } from './core/entries.js';
import { codeOf } from './core/errors.js';
import type { EventHub } from './core/events.js';
import { type AdminRouterOptions, adminRouter } from './http/admin-router.js';
import type { AdminDeps } from './http/admin-routes.js';
import { livezHandler, readyzHandler } from './http/health.js';
import { metricsHandler } from './http/metrics-route.js';
import { assertSameTenant } from './http/named-tenants.js';
import { type RateLimitOptions, rateLimitHandler } from './http/rate-limit.js';
import { type TenantMiddlewareOptions, tenantMiddleware } from './http/tenant-middleware.js';
import { type TenantRouterOptions, tenantRouter } from './http/tenant-router.js';
import type { Engine } from './open-engine.js';
import type { Metrics } from './open-metrics.js';
import type { Shared } from './open-shared.js';
import { sharedAdmin } from './open-shared-admin.js';
import type { Watchlists } from './open-stores.js';
import type { Usage } from './open-usage.js';
import { OptionFailed } from './response/option-failed.js';
import { responseCache } from './response/response-cache.js';
import { ResponseMemory } from './response/response-memory.js';
import type { ResponseOptions } from './response/response-options.js';
import type { RequestApiKey } from './tenant/from-api-key.js';
import type { TenantContext } from './tenant/tenant-context.js';
import type { Upkeep } from './upkeep/upkeep.js';
import type { Warmer } from './warming/warmer.js';

declare global {
  namespace Express {
    interface Request {
      /** The cache of this request's tenant, once `cache.middleware()` has bound it. */
      tenantCache: TenantCache;
      /** Of the API key that the request came with, where `fromApiKey` named its tenant. */
      tenantCacheKey?: RequestApiKey | undefined;
    }
  }
}

/** What an application mounts. */
export interface HttpHandlers {
  middleware(options: TenantMiddlewareOptions): RequestHandler;
  /** Keeps the answers of the handlers behind it, for each tenant by itself; mounted behind `middleware()`. */
  response(options?: ResponseOptions): RequestHandler;
  adminRouter(options: AdminRouterOptions): Router;
  /** What a tenant may see of itself; mounted behind `middleware()`. */
  tenantRouter(options?: TenantRouterOptions): Router;
  /** Limits requests of a tenant, or of whom `by` names, over all processes. */
  rateLimit(options: RateLimitOptions): RequestHandler;
  /** Refuses what names another tenant than the current one. @throws TenantCacheError `TENANT_MISMATCH`, `TENANT_MISSING` */
  assertTenant(named: unknown): void;
  /** API keys of the directory, for `fromApiKey({ keys: cache })`; undefined where it keeps none. */
  readonly apiKeys: ApiKeyStore | undefined;
  metricsHandler(): RequestHandler;
  livezHandler(): RequestHandler;
  readyzHandler(): RequestHandler;
}

export interface HttpParts {
  readonly options: ResolvedCacheOptions;
  readonly directory: TenantDirectory;
  readonly engine: Engine;
  readonly usage: Usage;
  readonly upkeep: Upkeep;
  readonly metrics: Metrics;
  readonly watchlists: Watchlists;
  readonly warming: Warmer;
  readonly shared: Shared;
  readonly hub: EventHub;
  readonly context: TenantContext<TenantCache>;
  /** From the start of a graceful close. */
  closing(): boolean;
}

/** The Express side: each handler gets what it may reach, and nothing else. */
export function openHttp(parts: HttpParts): HttpHandlers {
  const { options, directory, usage, metrics, context, closing } = parts;
  const { engine, registry, remembered, fleet, store, rates } = parts.engine;
  const { tenantId } = options;
  const memory = new ResponseMemory();
  const entries = new AdminEntries(engine, parts.engine.upkeep, store);
  /** Only a handle that this package made: anything else under that name is somebody's mistake, or worse. */
  const handleOf = (req: Request) => (req.tenantCache instanceof TenantCache ? req.tenantCache : undefined);
  return {
    middleware: (middlewareOptions) =>
      tenantMiddleware<TenantCache>(
        {
          tenantId,
          open: async (tenant) => new TenantCache(engine, await registry.open(tenant)),
          openNow: (tenant) => {
            const runtime = registry.openNow(tenant);
            return runtime && new TenantCache(engine, runtime);
          },
          isKnown: (tenant) => remembered.peek(tenant)?.known ?? remembered.find(tenant).then(({ known }) => known),
          onMisuse: (misuse, todo) => options.logger.warn({ misuse, todo }, 'the middleware of tenants is misused'),
          run: (cache, callback) => context.run(cache, callback),
          usageOf: (cache) => {
            const { usedBytes, quotaBytes, state } = registry.get(cache.tenantId).counters;
            return { usedBytes, quotaBytes, state, exceededInThisRequest: cache.refused };
          },
        },
        middlewareOptions,
      ),
    response: (responseOptions) =>
      responseCache(
        {
          storeOf: handleOf,
          report: (error) => {
            const failed = error instanceof OptionFailed ? error : undefined;
            const code = codeOf(failed?.cause ?? error);
            options.logger.warn({ code, where: failed?.where }, 'response cache failed, answered without it');
          },
          memory,
        },
        responseOptions,
      ),
    adminRouter: (routerOptions) => adminRouter(adminDeps(parts, entries), routerOptions),
    tenantRouter: (routerOptions) =>
      tenantRouter(
        {
          directory,
          tenantOf: (req) => handleOf(req)?.tenantId,
          fleet: () => fleet.record,
          usage: (tenant, limits) => settledUsage(store, tenant, limits, (n) => engine.figures.expired(tenant, n)),
          usageReader: options.usage?.reader,
          advisor: usage.advisor,
          alerts: usage.alertStore,
          entries,
          watchlists: parts.watchlists.store,
          shared: parts.shared,
          rates,
        },
        routerOptions,
      ),
    rateLimit: (limitOptions) => rateLimitHandler({ rates, tenantOf: (req) => handleOf(req)?.tenantId }, limitOptions),
    assertTenant: (named) => assertSameTenant(context.current().tenantId, named),
    apiKeys: directory.apiKeys,
    metricsHandler: () => metricsHandler(metrics.registry),
    livezHandler,
    readyzHandler: () =>
      readyzHandler({
        checks: {
          // A store in this process's memory is no service that could be down, nor is a list of tenants in code.
          ...(options.redis && {
            redis: {
              required: false,
              probe: () => (fleet.record.sharedStoreBypassed ? ('bypassed' as const) : store.state()),
              meaning: 'Requests are served from memory and by their loaders.',
            },
          }),
          ...('find' in options.tenants && {
            directory: {
              required: () => parts.engine.remembered.size === 0,
              probe: async () => {
                await directory.fleet();
                return 'up' as const;
              },
              meaning: 'Tenants that are remembered are served; others are answered 503.',
            },
          }),
        },
        closing,
      }),
  };
}

function adminDeps(
  { options, directory, engine: parts, usage, upkeep, watchlists, warming, shared, hub }: HttpParts,
  entries: EntryAccess,
): AdminDeps {
  const { engine, registry, remembered, fleet, sweeper, store, bus } = parts;
  return {
    directory,
    tenantId: options.tenantId,
    fleet: () => fleet.record,
    usage: (tenant, limits) => settledUsage(store, tenant, limits, (n) => engine.figures.expired(tenant, n)),
    preview: async (tenant, limits) => {
      const preview = await patiently(() => store.preview(tenant, limits));
      engine.figures.expired(tenant, preview.expiredEntries);
      return preview;
    },
    clear: (tenant) => new TenantCache(engine, registry.get(tenant)).clear(),
    forget: (tenant) => forgetTenant(engine, parts.upkeep, tenant),
    entries,
    storeHealth: () => parts.upkeep.health(),
    categories: parts.ttlPolicy,
    rates: parts.rates,
    reconcile: (tenant, reconcileOptions) => upkeep.reconcile(tenant, reconcileOptions),
    placement: (tenant) => patiently(() => parts.upkeep.placement(tenant)),
    nodes: () => patiently(() => parts.upkeep.nodes()),
    onQuotaChanged: (record) => {
      remembered.accept(record);
      hub.emit({ type: 'settings-changed', tenant: record.tenantId });
      // Without Redis the others hear of it when it answers again.
      bus.publishSettings(record.tenantId).catch(() => {});
      void sweeper.converge(record.tenantId);
    },
    onTenantRemoved: (tenant) => {
      remembered.refresh(tenant);
      watchlists.forget(tenant);
      shared.access.removeTenant?.(tenant);
      hub.emit({ type: 'settings-changed', tenant });
      bus.publishSettings(tenant).catch(() => {});
    },
    onFleetChanged: (record) => {
      fleet.accept(record);
      bus.publishSettings().catch(() => {});
    },
    crossings: async (tenant, query) =>
      (await options.usage?.crossings?.(tenant, query)) ?? { items: [], total: 0, ...query },
    usageReader: options.usage?.reader,
    advisor: usage.advisor,
    watchlists: watchlists.store,
    warming,
    shared: sharedAdmin(shared, parts, options.onCluster),
    alerts: {
      store: usage.alertStore,
      checkUrl: (url) => checkWebhookUrl(url, options.webhooks),
      onRulesChanged: () => usage.alerts.forget(),
    },
  };
}
