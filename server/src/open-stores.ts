import type { ResolvedCacheOptions } from './core/cache-options.js';
import type { InvalidationBus, SharedStore } from './core/contracts.js';
import type { TenantDirectory } from './core/directory.js';
import type { DurableQueue } from './core/durable-queue.js';
import type { EventHub } from './core/events.js';
import type { RateStore } from './core/rate-limit.js';
import type { StaticTenantsOptions } from './core/static-tenants.js';
import type { TenantId } from './core/tenant-id.js';
import { NOOP_TRACING, type Tracing } from './core/tracing.js';
import type { GoneEntries, StoreUpkeep } from './core/upkeep.js';
import type { UsageJournal } from './core/usage-journal.js';
import type { WatchlistStore } from './core/warming.js';
import { createRedisStore, type RedisStoreOptions } from './l2/create-redis-store.js';
import { RedisRateStore } from './l2/redis-rate-store.js';
import { RedisUpkeep } from './l2/redis-upkeep.js';
import { staticTenants } from './tenant/static-tenants.js';
import { MemoryDurableQueue } from './testing/memory-durable-queue.js';
import { createMemoryStore } from './testing/memory-shared-store.js';
import { MemoryWatchlists } from './testing/memory-watchlists.js';
import { OpenTelemetryTracing } from './usage/open-telemetry.js';
import { TracedStore } from './usage/traced-store.js';
import { VERSION } from './version.js';

export interface Stores {
  readonly store: SharedStore;
  readonly bus: InvalidationBus;
  readonly queue: DurableQueue;
  readonly upkeep: StoreUpkeep;
  readonly tracing: Tracing;
  /** Undefined where nothing outlives this process. */
  readonly usageJournal: UsageJournal | undefined;
  /** Undefined where each process counts for itself. */
  readonly rates: RateStore | undefined;
}

/** What the cache does about a server that was away, or that took over from another. */
export interface StoreFaults
  extends Required<Pick<RedisStoreOptions, 'beforeClose' | 'onReturn' | 'onUntold' | 'onSuccession'>> {
  /** What a reconcile gave back whose caller heard of a failure. */
  onUntoldGone: (tenant: TenantId, gone: GoneEntries) => void;
}

/** The shared store and its bus: Redis, or the memory of this process where none is configured. */
export function openStores(options: ResolvedCacheOptions, hub: EventHub, faults: StoreFaults): Stores {
  const tracing = options.tracing ? new OpenTelemetryTracing({ ...options.tracing, version: VERSION }) : NOOP_TRACING;
  const { store, ...others } = openStore(options, hub, faults);
  return { store: options.tracing ? new TracedStore(store, tracing) : store, ...others, tracing };
}

function openStore(
  options: ResolvedCacheOptions,
  hub: EventHub,
  { onUntoldGone, ...faults }: StoreFaults,
): Omit<Stores, 'tracing'> {
  const { redis, maxEntryBytes } = options;
  if (redis === undefined)
    return {
      ...createMemoryStore({ maxEntryBytes }),
      queue: new MemoryDurableQueue(),
      usageJournal: undefined,
      rates: undefined,
    };
  const { topology, ...stores } = createRedisStore({
    redis,
    deadlineMs: options.redisTimeoutMs,
    breaker: { failures: options.breakerFailures, halfOpenAfterMs: options.breakerHalfOpenAfterMs },
    maxEntryBytes,
    ...faults,
    logger: options.logger,
    emit: hub.emit,
  });
  return { ...stores, upkeep: new RedisUpkeep(topology, onUntoldGone), rates: new RedisRateStore(topology) };
}

/** @throws TenantCacheError `TENANT_INVALID` for a listed tenant whose id the option `tenantIds` refuses */
export function openDirectory({ tenants, tenantId }: ResolvedCacheOptions): TenantDirectory {
  if ('find' in tenants && typeof tenants.find === 'function') return tenants as TenantDirectory;
  const listed = tenants as StaticTenantsOptions;
  for (const id of Object.keys(listed.static ?? {})) tenantId(id);
  return staticTenants(listed);
}

export interface Watchlists {
  readonly store: WatchlistStore;
  /** Of a tenant that is not known any more. */
  forget(tenant: TenantId): void;
}

/** Those of the directory, which forgets them with their tenant, or of the memory of this process. */
export function openWatchlists(directory: TenantDirectory): Watchlists {
  if (directory.watchlists) return { store: directory.watchlists, forget() {} };
  const store = new MemoryWatchlists(async (tenant) => (await directory.find(tenant)).suspended);
  return { store, forget: (tenant) => store.removeTenant(tenant) };
}
