import { CacheEngine } from './cache/cache-engine.js';
import { deleteEntries } from './cache/invalidations.js';
import { LeaseKeeper } from './cache/lease-keeper.js';
import { openCodec } from './cache/open-codec.js';
import { SharedTier } from './cache/shared-tier.js';
import { Sweeper } from './cache/sweeper.js';
import { TenantRegistry } from './cache/tenant-registry.js';
import { CategoryTtlPolicy } from './cache/ttl-policy.js';
import { WriteBehind } from './cache/write-behind.js';
import type { ResolvedCacheOptions } from './core/cache-options.js';
import type { BusMessage } from './core/contracts.js';
import type { TenantDirectory } from './core/directory.js';
import type { DurableQueue } from './core/durable-queue.js';
import type { EventHub } from './core/events.js';
import { createLatency, type Latency } from './core/latency.js';
import type { LocalStore } from './core/local-tier.js';
import type { EntryId } from './core/resource.js';
import type { TenantId } from './core/tenant-id.js';
import { CoherentLocalTier } from './l1/coherent-local-tier.js';
import { LruLocalStore } from './l1/lru-local-store.js';
import { MemoryPressure } from './l1/memory-pressure.js';
import { NO_LOCAL_STORE } from './l1/no-local-store.js';
import { openStores, type Stores } from './open-stores.js';
import { RememberedTenants } from './tenant/remembered-tenants.js';

/** Idle tenants give expired bytes back within this time (design: 2 s). */
const SWEEP_INTERVAL_MS = 2_000;
/** While Redis is gone an L1 entry lives no longer, so that 3 s after it returns nothing stale is served. */
const DETACHED_TTL_MS = 2_000;

export interface Engine extends Stores {
  readonly engine: CacheEngine;
  readonly registry: TenantRegistry;
  readonly remembered: RememberedTenants;
  readonly sweeper: Sweeper;
  readonly local: LocalStore;
  readonly latency: Latency;
  readonly ttlPolicy: CategoryTtlPolicy;
}

/** The tiers, what keeps them coherent, and the steps that a handle's operations are made of. */
export function openEngine(options: ResolvedCacheOptions, directory: TenantDirectory, hub: EventHub): Engine {
  const stores = openStores(options, hub, (direct) => shared.sendPendingBy(direct));
  const { store, bus } = stores;
  const shared = new SharedTier(store, hub.emit);
  const { local, pollMemory } = openLocal(options, shared, hub);
  const tier = new CoherentLocalTier({
    local,
    bus,
    sharedUp: () => store.state() === 'up',
    onFollowed: (tenant) => {
      // At its first use the tenant's settings were read a moment ago.
      if (registry.peek(tenant)?.limits) remembered.refresh(tenant);
    },
    maxTtlMs: options.l1?.maxTtlMs ?? 0,
    detachedTtlMs: DETACHED_TTL_MS,
    deadlineMs: options.redisTimeoutMs,
  });
  const remembered = new RememberedTenants(directory, {
    onRecord: (record) => {
      if (registry.peek(record.tenantId)) registry.apply(record);
    },
  });
  const registry: TenantRegistry = new TenantRegistry(remembered, tier, (runtime) => engine.settle(runtime, 1));
  const latency = createLatency();
  const ttlPolicy = new CategoryTtlPolicy(options.ttlPolicy, options.load.ttlMs);
  const engine = new CacheEngine({
    local: tier,
    shared,
    leases: new LeaseKeeper(shared),
    registry,
    ...openCodec(options.encoding),
    ttlPolicy,
    tracing: stores.tracing,
    latency,
    emit: hub.emit,
    defaults: options.load,
    maxEntryBytes: options.maxEntryBytes,
    busUp: () => bus.state() === 'up',
  });
  engine.writeBehind = openWriteBehind(options, engine, stores.queue, hub);
  const changedEverywhere = () => {
    for (const runtime of registry.all()) runtime.changedAll();
  };
  // What a load would overwrite may have been changed unheard while the bus was down.
  bus.onState(changedEverywhere);
  bus.onMessage((message) => hear(message, registry, remembered));
  const sweeper = new Sweeper({
    engine,
    purge: () => {
      local.purgeExpired();
      pollMemory();
    },
    dropIdle: () => tier.dropIdle(),
    intervalMs: SWEEP_INTERVAL_MS,
  });
  return { ...stores, engine, registry, remembered, sweeper, local, latency, ttlPolicy };
}

function openWriteBehind(options: ResolvedCacheOptions, engine: CacheEngine, queue: DurableQueue, { emit }: EventHub) {
  const { writeBehind: settings } = options;
  if (settings === undefined) return undefined;
  // Of a tenant that is suspended as well: what it queued is still brought to the source.
  const invalidate = (tenant: TenantId, id: EntryId) => deleteEntries(engine, engine.registry.get(tenant), [id]);
  return new WriteBehind({ queue, settings, ...engine.payloads, invalidate, emit });
}

function hear(message: BusMessage, registry: TenantRegistry, remembered: RememberedTenants): void {
  const runtime = registry.peek(message.tenant);
  if (message.type === 'settings') remembered.refresh(message.tenant);
  else if (message.type === 'entries') for (const id of message.ids) runtime?.changed(id);
  else if (message.type === 'invalidate') runtime?.changedScopes(message.scopes);
  else runtime?.changedAll();
}

function openLocal({ l1 }: ResolvedCacheOptions, shared: SharedTier, hub: EventHub) {
  if (l1 === undefined) return { local: NO_LOCAL_STORE, pollMemory() {} };
  const local: LruLocalStore = new LruLocalStore({
    ...l1,
    onUse: (tenant, id) => shared.touch(tenant, id),
    onFilled: () => pressure.check(),
  });
  const { maxBytesTotal, pressureAt } = l1;
  const pressure = new MemoryPressure({ local, maxBytesTotal, pressureAt, emit: hub.emit });
  return { local, pollMemory: () => pressure.poll() };
}
