import type { RequestHandler, Router } from 'express';
import { checkWebhookUrl } from './alerts/webhook-check.js';
import type { ConsistencyReport } from './cache/consistency-check.js';
import { checkTenant } from './cache/consistency-of-tenant.js';
import type { ConsistencyCheckOptions } from './cache/consistency-options.js';
import { patiently, settledUsage } from './cache/settled-usage.js';
import { TenantCache } from './cache/tenant-cache.js';
import type { WriteBehindAdmin } from './cache/write-behind.js';
import { type CacheOptions, resolveCacheOptions } from './core/cache-options.js';
import { fail } from './core/errors.js';
import { EventHub } from './core/events.js';
import { assertOptionNames } from './core/options.js';
import type { Resource } from './core/resource.js';
import type { TenantId } from './core/tenant-id.js';
import type { TtlExplanation } from './core/ttl-decision.js';
import type { ReconcileReport } from './core/upkeep.js';
import { type AdminRouterOptions, adminRouter } from './http/admin-router.js';
import { livezHandler, readyzHandler } from './http/health.js';
import { metricsHandler } from './http/metrics-route.js';
import { type TenantMiddlewareOptions, tenantMiddleware } from './http/tenant-middleware.js';
import { type TenantRouterOptions, tenantRouter } from './http/tenant-router.js';
import { openEngine } from './open-engine.js';
import { openDirectory } from './open-stores.js';
import { openUpkeep } from './open-upkeep.js';
import { openUsage } from './open-usage.js';
import { TenantContext } from './tenant/tenant-context.js';
import { eventLog } from './usage/event-log.js';
import { PrometheusMetrics } from './usage/prometheus-metrics.js';
import { RedisMetrics } from './usage/redis-metrics.js';
import { UpkeepMetrics } from './usage/upkeep-metrics.js';
import { VERSION } from './version.js';

declare global {
  namespace Express {
    interface Request {
      /** The cache of this request's tenant, once `cache.middleware()` has bound it. */
      tenantCache: TenantCache;
    }
  }
}

/** The cache of one process: mount its handlers, take handles from it, close it. */
export interface TenantCacheServer {
  middleware(options: TenantMiddlewareOptions): RequestHandler;
  adminRouter(options: AdminRouterOptions): Router;
  /** What a tenant may see of itself; mounted behind `middleware()`. */
  tenantRouter(options?: TenantRouterOptions): Router;
  metricsHandler(): RequestHandler;
  livezHandler(): RequestHandler;
  readyzHandler(): RequestHandler;
  /** The handle of a tenant outside a request. @throws TenantCacheError `TENANT_INVALID` */
  forTenant(id: string): TenantCache;
  /** Runs `callback` with the tenant as the current one, also across its awaits. */
  runAs<R>(id: string, callback: () => R): R;
  /** @throws TenantCacheError `TENANT_MISSING` outside a request and `runAs` */
  current(): TenantCache;
  /** Resolves when the shared store answers and is fit for quotas; the cache serves without it in the meantime. */
  ready(): Promise<void>;
  /** What the next store of an entry that says nothing itself would be fresh for by the TTL policy, and why. */
  explainTtl(tenantId: string, resource: string | Resource<unknown>, key: string): TtlExplanation;
  /** Compares a sample of what is cached with its source, reports, and repairs where asked to. */
  checkConsistency<T>(options: ConsistencyCheckOptions<T>): Promise<ConsistencyReport>;
  /**
   * Compares what is counted of a tenant with what is there, and puts it right.
   * `orphans`: whether to look for keys that no index knows too, by a scan of all keys of the tenant's server. Default true.
   * @throws TenantCacheError `TENANT_INVALID`, `STORE_UNAVAILABLE`
   */
  reconcile(tenantId: string, options?: { readonly orphans?: boolean }): Promise<ReconcileReport>;
  /** What waits to be written behind, and what was given up; undefined without the option `writeBehind`. */
  readonly writeBehind: WriteBehindAdmin | undefined;
  flushUsage(): Promise<void>;
  /** Ends timers, brings usage to the sink and closes what it opened. Calls afterwards reject with `CACHE_CLOSED`. */
  close(): Promise<void>;
}

/**
 * Wires the parts together; the only place that knows them all.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function createTenantCache(options: CacheOptions): TenantCacheServer {
  const resolved = resolveCacheOptions(options);
  const hub = new EventHub();
  const { tenantId } = resolved;
  const directory = openDirectory(resolved);
  const parts = openEngine(resolved, directory, hub);
  const { engine, registry, remembered, fleet, sweeper, store, bus, tracing, local, latency, ttlPolicy } = parts;
  const metrics = new PrometheusMetrics(
    {
      tenants: () => registry.counted(),
      latency: Object.values(latency),
      l1: local,
      storeUp: () => store.state() === 'up',
      busUp: () => bus.state() === 'up',
      settingsAgeMs: () => Math.max(remembered.oldestAgeMs(), fleet.ageMs()),
      fleet: () => fleet.record,
      version: VERSION,
    },
    {
      prefix: resolved.metricsPrefix,
      maxTenantLabels: resolved.maxTenantLabels,
      labelledTenants: resolved.labelledTenants,
    },
  );
  registry.onLeave(metrics.left);
  hub.on(metrics.observe);
  hub.on(new UpkeepMetrics(metrics.registry, resolved.metricsPrefix).observe);
  const nodes = () => parts.upkeep.nodes({ counted: false });
  const redisMetrics = resolved.redis && new RedisMetrics(metrics.registry, resolved.metricsPrefix, { nodes });
  if (redisMetrics) hub.on(redisMetrics.observe);
  hub.on(eventLog(resolved.logger));
  for (const observer of resolved.observers) hub.on(observer);

  const usage = openUsage(resolved, parts, hub);
  const upkeep = openUpkeep(resolved, directory, parts, hub);
  const context = new TenantContext<TenantCache>();
  const handle = (tenant: TenantId) => new TenantCache(engine, registry.get(tenant));
  let closing: Promise<void> | undefined;

  fleet.start();
  sweeper.start();
  usage.start();
  upkeep.start();
  engine.writeBehind?.start();
  store
    .ready()
    .catch((error: Error) => resolved.logger.error({ err: error }, 'shared store not ready, serving without it'));

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
          run: (cache, callback) => context.run(cache, callback),
          usageOf: (cache) => {
            const { usedBytes, quotaBytes, state } = registry.get(cache.tenantId).counters;
            return { usedBytes, quotaBytes, state, exceededInThisRequest: cache.refused };
          },
        },
        middlewareOptions,
      ),
    adminRouter: (routerOptions) =>
      adminRouter(
        {
          directory,
          tenantId,
          fleet: () => fleet.record,
          usage: (tenant, limits) => settledUsage(store, tenant, limits),
          preview: (tenant, limits) => patiently(() => store.preview(tenant, limits)),
          clear: (tenant) => handle(tenant).clear(),
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
          onFleetChanged: (record) => {
            fleet.accept(record);
            bus.publishSettings().catch(() => {});
          },
          crossings: async (tenant, query) =>
            (await resolved.usage?.crossings?.(tenant, query)) ?? { items: [], total: 0, ...query },
          usageReader: resolved.usage?.reader,
          advisor: usage.advisor,
          alerts: {
            store: usage.alertStore,
            checkUrl: (url) => checkWebhookUrl(url, resolved.webhooks),
            onRulesChanged: () => usage.alerts.forget(),
          },
        },
        routerOptions,
      ),
    tenantRouter: (routerOptions) =>
      tenantRouter(
        {
          directory,
          tenantOf: (req) => (req.tenantCache instanceof TenantCache ? req.tenantCache.tenantId : undefined),
          fleet: () => fleet.record,
          usage: (tenant, limits) => settledUsage(store, tenant, limits),
          usageReader: resolved.usage?.reader,
          advisor: usage.advisor,
          alerts: usage.alertStore,
        },
        routerOptions,
      ),
    metricsHandler: () => metricsHandler(metrics.registry),
    livezHandler,
    readyzHandler: () =>
      readyzHandler({
        // A store in this process's memory is no service that could be down.
        checks: resolved.redis ? { redis: { required: false, probe: () => store.state() } } : {},
        closing: () => closing !== undefined,
      }),
    forTenant: (id) => handle(tenantId(id)),
    runAs: (id, callback) => context.run(handle(tenantId(id)), callback),
    current: () => context.current(),
    ready: () => store.ready(),
    explainTtl: (id, resource, key) => ttlPolicy.explain(tenantId(id), resource, key),
    checkConsistency: async (check) =>
      checkTenant({ store, ...engine.payloads }, handle(tenantId(check.tenantId)), check),
    reconcile: async (id, reconcileOptions = {}) => {
      assertOptionNames('reconcile()', reconcileOptions, ['orphans']);
      return upkeep.reconcile(tenantId(id), { orphans: reconcileOptions.orphans ?? true });
    },
    writeBehind: engine.writeBehind,
    flushUsage: async () => {
      if (closing) throw fail('CACHE_CLOSED');
      await usage.flush();
    },
    close() {
      closing ??= (async () => {
        sweeper.close();
        redisMetrics?.close();
        await usage.closeRounds();
        await upkeep.close();
        fleet.close();
        await engine.close();
        if (fleet.record.sharedStoreBypassed) await parts.sendPendingPastBypass();
        tracing.close();
        // The sink's outage must not keep the connections open.
        const results = await Promise.allSettled([usage.close(), engine.writeBehind?.close()]);
        await Promise.allSettled([store.close(), bus.close(), directory.close(), resolved.usage?.close()]);
        for (const result of results) if (result.status === 'rejected') throw result.reason;
      })();
      return closing;
    },
  };
}
