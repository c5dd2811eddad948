import type { Server } from 'node:http';
import type { Metric } from 'prom-client';
import type { ConsistencyReport } from './cache/consistency-check.js';
import { checkTenant } from './cache/consistency-of-tenant.js';
import type { ConsistencyCheckOptions } from './cache/consistency-options.js';
import { TenantCache } from './cache/tenant-cache.js';
import type { WriteBehindAdmin } from './cache/write-behind.js';
import type { AuthorizationCache, AuthorizationOptions } from './core/authorization.js';
import { type CacheOptions, resolveCacheOptions } from './core/cache-options.js';
import { fail } from './core/errors.js';
import { EventHub } from './core/events.js';
import { assertOptionNames } from './core/options.js';
import type { Resource } from './core/resource.js';
import type { PlatformDataset, SharedAccessStore, SharedDataset } from './core/shared.js';
import type { TenantId } from './core/tenant-id.js';
import type { TtlExplanation } from './core/ttl-decision.js';
import type { ReconcileReport } from './core/upkeep.js';
import type { Warming, WatchlistStore } from './core/warming.js';
import { holdOpen } from './hold-open.js';
import { type ShutdownOptions, shutdown } from './http/shutdown.js';
import { openAuthorization } from './open-authorization.js';
import { openEngine } from './open-engine.js';
import { type HttpHandlers, openHttp } from './open-http.js';
import { openMetrics } from './open-metrics.js';
import { openShared } from './open-shared.js';
import { openDirectory, openWatchlists } from './open-stores.js';
import { openUpkeep } from './open-upkeep.js';
import { openUsage } from './open-usage.js';
import { openWarming } from './open-warming.js';
import { TenantContext } from './tenant/tenant-context.js';

/** The cache of one process: mount its handlers, take handles from it, close it. */
export interface TenantCacheServer extends HttpHandlers {
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
  /** What tenants watch of the shared datasets: in the directory, or in the memory of this process where that keeps none. */
  readonly watchlists: WatchlistStore;
  /** What is loaded before somebody asks: at the start, by a schedule, or on demand. */
  readonly warming: Warming;
  /**
   * Who may do what in each tenant, kept like any entry of the tenant under the resource `authorization`. Once for a cache.
   * @throws TenantCacheError `OPTION_INVALID`
   */
  authorization(options: AuthorizationOptions): AuthorizationCache;
  /**
   * A dataset of the option `shared`, as tenants read it: whose call it is, the context says each time.
   * @throws TenantCacheError `DATASET_INVALID`, `DATASET_NOT_FOUND`
   */
  shared(dataset: string): SharedDataset;
  /** Who read what of the datasets, by the hour, once that was flushed: in the usage sink, or in the memory of this process. */
  readonly sharedAccess: SharedAccessStore;
  /** What belongs to no tenant. */
  readonly platform: {
    /** The same dataset, to be written. @throws TenantCacheError `DATASET_INVALID`, `DATASET_NOT_FOUND` */
    shared(dataset: string): PlatformDataset;
  };
  /** Adds a family of the application to what `metricsHandler()` answers; made with `registers: []`. Throws where its name is taken. */
  registerMetric(metric: Metric): void;
  flushUsage(): Promise<void>;
  /**
   * Ends timers, brings usage to the sink and closes what it opened; the directory and the usage sink, which caches of one
   * process may share, with the last of them. Calls afterwards reject with `CACHE_CLOSED`.
   */
  close(): Promise<void>;
  /**
   * Ends a server and this cache without dropping a request: `/readyz` is 503 at once, requests are served for `unreadyMs`
   * and finished within `patienceMs`, then `close()`. At most 10 s; a second call joins the first.
   */
  shutdown(server: Server, options?: ShutdownOptions): Promise<void>;
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
  const { engine, registry, fleet, sweeper, store, bus, tracing, ttlPolicy } = parts;
  const metrics = openMetrics(resolved, parts, hub);
  const usage = openUsage(resolved, parts, hub);
  const upkeep = openUpkeep(resolved, directory, parts, hub);
  const watchlists = openWatchlists(directory);
  const warming = openWarming(resolved, directory, parts, hub);
  const context = new TenantContext<TenantCache>();
  const shared = openShared(resolved, parts, metrics, context);
  const authorization = openAuthorization(parts, () => context.current(), resolved.logger);
  const handle = (tenant: TenantId) => new TenantCache(engine, registry.get(tenant));
  let closing: Promise<void> | undefined;
  let unready = false;
  let ending: Promise<void> | undefined;
  const http = openHttp({
    options: resolved,
    directory,
    engine: parts,
    usage,
    upkeep,
    metrics,
    watchlists,
    warming,
    shared,
    hub,
    context,
    closing: () => unready || closing !== undefined,
  });

  // After all that may throw: a cache that does not come to be holds nothing.
  const given = [directory, resolved.usage].flatMap((shared) => (shared ? [holdOpen(shared)] : []));
  fleet.start();
  sweeper.start();
  usage.start();
  shared.start();
  upkeep.start();
  engine.writeBehind?.start();
  store
    .ready()
    .catch((error: Error) => resolved.logger.error({ err: error }, 'shared store not ready, serving without it'));

  const server: TenantCacheServer = {
    ...http,
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
    watchlists: watchlists.store,
    warming,
    authorization,
    shared: (dataset) => shared.shared(dataset),
    sharedAccess: shared.access,
    platform: Object.freeze({ shared: (dataset: string) => shared.platformOf(dataset) }),
    registerMetric: (metric) => metrics.registry.add(metric),
    flushUsage: async () => {
      if (closing) throw fail('CACHE_CLOSED');
      await Promise.all([usage.flush(), shared.flush()]);
    },
    close() {
      closing ??= (async () => {
        // Its loads need all that is closed below.
        await warming.close();
        sweeper.close();
        metrics.close();
        await usage.closeRounds();
        await upkeep.close();
        fleet.close();
        await engine.close();
        if (fleet.record.sharedStoreBypassed) await parts.sendPendingPastBypass();
        tracing.close();
        // The sink's outage must not keep the connections open.
        const results = await Promise.allSettled([usage.close(), shared.close(), engine.writeBehind?.close()]);
        await Promise.allSettled([store.close(), bus.close(), ...given.map((letGo) => letGo())]);
        for (const result of results) if (result.status === 'rejected') throw result.reason;
      })();
      return closing;
    },
    // Nothing is kept of a call that throws, so that it can be corrected.
    async shutdown(httpServer, shutdownOptions) {
      const markClosing = () => {
        unready = true;
      };
      ending ??= shutdown({ markClosing, close: () => server.close() }, httpServer, shutdownOptions);
      return ending;
    },
  };
  return server;
}
