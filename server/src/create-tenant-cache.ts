import { randomUUID } from 'node:crypto';
import type { RequestHandler, Router } from 'express';
import { CacheEngine } from './cache/cache-engine.js';
import { jsonCodec } from './cache/json-codec.js';
import { patiently, settledUsage } from './cache/settled-usage.js';
import { SharedTier } from './cache/shared-tier.js';
import { Sweeper } from './cache/sweeper.js';
import { TenantCache } from './cache/tenant-cache.js';
import { TenantRegistry } from './cache/tenant-registry.js';
import { type CacheOptions, type ResolvedCacheOptions, resolveCacheOptions } from './core/cache-options.js';
import type { InvalidationBus, SharedStore } from './core/contracts.js';
import type { TenantDirectory } from './core/directory.js';
import { EventHub } from './core/events.js';
import { createLatency } from './core/latency.js';
import { type TenantId, tenantId } from './core/tenant-id.js';
import { type AdminRouterOptions, adminRouter } from './http/admin-router.js';
import { livezHandler, readyzHandler } from './http/health.js';
import { metricsHandler } from './http/metrics-route.js';
import { type TenantMiddlewareOptions, tenantMiddleware } from './http/tenant-middleware.js';
import { CoherentLocalTier } from './l1/coherent-local-tier.js';
import { LruLocalStore } from './l1/lru-local-store.js';
import { NO_LOCAL_STORE } from './l1/no-local-store.js';
import { createRedisStore } from './l2/create-redis-store.js';
import { RememberedTenants } from './tenant/remembered-tenants.js';
import { staticTenants } from './tenant/static-tenants.js';
import { TenantContext } from './tenant/tenant-context.js';
import { createMemoryStore } from './testing/memory-shared-store.js';
import { eventLog } from './usage/event-log.js';
import { PrometheusMetrics } from './usage/prometheus-metrics.js';
import { UsageFlusher } from './usage/usage-flusher.js';
import { UsageLedger } from './usage/usage-ledger.js';
import { VERSION } from './version.js';

declare global {
  namespace Express {
    interface Request {
      /** The cache of this request's tenant, once `cache.middleware()` has bound it. */
      tenantCache: TenantCache;
    }
  }
}

/** Idle tenants give expired bytes back within this time (design: 2 s). */
const SWEEP_INTERVAL_MS = 2_000;
/** While Redis is gone an L1 entry lives no longer, so that 3 s after it returns nothing stale is served. */
const DETACHED_TTL_MS = 2_000;

/** The cache of one process: mount its handlers, take handles from it, close it. */
export interface TenantCacheServer {
  middleware(options: TenantMiddlewareOptions): RequestHandler;
  adminRouter(options: AdminRouterOptions): Router;
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
  const { store, bus } = openStore(resolved, hub);
  const directory = openDirectory(resolved.tenants);

  const local = resolved.l1 ? new LruLocalStore(resolved.l1) : NO_LOCAL_STORE;
  const tier = new CoherentLocalTier({
    local,
    bus,
    sharedUp: () => store.state() === 'up',
    maxTtlMs: resolved.l1?.maxTtlMs ?? 0,
    detachedTtlMs: DETACHED_TTL_MS,
    deadlineMs: resolved.redisTimeoutMs,
  });
  const remembered = new RememberedTenants(directory, {
    onRecord: (record) => {
      if (registry.peek(record.tenantId)) registry.apply(record);
    },
  });
  const registry: TenantRegistry = new TenantRegistry(remembered, tier, (runtime) => engine.settle(runtime, 1));
  const latency = createLatency();
  const engine = new CacheEngine({
    local: tier,
    shared: new SharedTier(store, hub.emit),
    registry,
    codec: resolved.codec ?? jsonCodec,
    latency,
    emit: hub.emit,
    defaultTtlMs: resolved.defaultTtlMs,
  });
  // What a load would overwrite may have been changed unheard while the bus was down.
  bus.onState(() => {
    for (const runtime of registry.all()) void runtime.loads.voidAll();
  });
  bus.onMessage((message) => {
    if (message.type === 'settings') remembered.refresh(message.tenant);
    else if (message.type === 'clear') void registry.peek(message.tenant)?.loads.voidAll();
    else for (const id of message.ids) void registry.peek(message.tenant)?.loads.void(id);
  });

  const sweeper = new Sweeper(engine, local, SWEEP_INTERVAL_MS);
  const metrics = new PrometheusMetrics(
    {
      tenants: () => registry.all(),
      latency: Object.values(latency),
      l1: local,
      storeUp: () => store.state() === 'up',
      busUp: () => bus.state() === 'up',
      version: VERSION,
    },
    { prefix: resolved.metricsPrefix, maxTenantLabels: resolved.maxTenantLabels },
  );
  hub.on(metrics.observe);
  hub.on(eventLog(resolved.logger));
  for (const observer of resolved.observers) hub.on(observer);

  const flusher =
    resolved.usage &&
    new UsageFlusher({
      sink: resolved.usage,
      ledger: new UsageLedger(randomUUID(), resolved.usageIntervalMs),
      tenants: () => registry.all(),
      intervalMs: resolved.usageIntervalMs,
      emit: hub.emit,
    });
  const context = new TenantContext<TenantCache>();
  const handle = (tenant: TenantId) => new TenantCache(engine, registry.get(tenant));
  let closing: Promise<void> | undefined;

  sweeper.start();
  flusher?.start();
  store
    .ready()
    .catch((error: Error) => resolved.logger.error({ err: error }, 'shared store not ready, serving without it'));

  return {
    middleware: (middlewareOptions) =>
      tenantMiddleware<TenantCache>(
        {
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
          usage: (tenant, limits) => settledUsage(store, tenant, limits),
          preview: (tenant, limits) => patiently(() => store.preview(tenant, limits)),
          clear: (tenant) => handle(tenant).clear(),
          onQuotaChanged: (record) => {
            remembered.accept(record);
            hub.emit({ type: 'settings-changed', tenant: record.tenantId });
            // The other processes look again after five minutes if this message is lost.
            bus.publishSettings(record.tenantId).catch(() => {});
            void sweeper.sweep();
          },
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
    flushUsage: async () => flusher?.flush(),
    close() {
      closing ??= (async () => {
        engine.close();
        sweeper.close();
        // The sink's outage must not keep the connections open.
        const results = await Promise.allSettled([flusher?.close()]);
        await Promise.allSettled([store.close(), bus.close(), directory.close(), resolved.usage?.close()]);
        for (const result of results) if (result.status === 'rejected') throw result.reason;
      })();
      return closing;
    },
  };
}

function openStore(options: ResolvedCacheOptions, hub: EventHub): { store: SharedStore; bus: InvalidationBus } {
  const { redis, maxEntryBytes } = options;
  if (redis === undefined) return createMemoryStore({ maxEntryBytes });
  return createRedisStore({
    redis,
    deadlineMs: options.redisTimeoutMs,
    breaker: { failures: options.breakerFailures, halfOpenAfterMs: options.breakerHalfOpenAfterMs },
    maxEntryBytes,
    logger: options.logger,
    emit: hub.emit,
  });
}

function openDirectory(tenants: ResolvedCacheOptions['tenants']): TenantDirectory {
  return 'find' in tenants && typeof tenants.find === 'function'
    ? (tenants as TenantDirectory)
    : staticTenants(tenants as never);
}
