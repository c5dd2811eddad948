import { randomUUID } from 'node:crypto';
import { TenantSamplers } from './advice/tenant-samplers.js';
import { Bypass } from './cache/bypass.js';
import { BypassableBus } from './cache/bypassable-bus.js';
import { BypassableStore } from './cache/bypassable-store.js';
import { BypassableUpkeep } from './cache/bypassable-upkeep.js';
import { CacheEngine } from './cache/cache-engine.js';
import { Convergence } from './cache/convergence.js';
import { deleteEntries } from './cache/invalidations.js';
import { LeaseKeeper } from './cache/lease-keeper.js';
import { openCodec } from './cache/open-codec.js';
import { SharedTier } from './cache/shared-tier.js';
import { Sweeper } from './cache/sweeper.js';
import { TenantRegistry } from './cache/tenant-registry.js';
import type { TenantRuntime } from './cache/tenant-runtime.js';
import { TenantVisits } from './cache/tenant-visits.js';
import { CategoryTtlPolicy } from './cache/ttl-policy.js';
import { WriteBehind } from './cache/write-behind.js';
import type { ResolvedCacheOptions } from './core/cache-options.js';
import type { BusMessage } from './core/contracts.js';
import { isDatasetOwner } from './core/dataset.js';
import type { TenantDirectory } from './core/directory.js';
import type { DurableQueue } from './core/durable-queue.js';
import type { EventHub } from './core/events.js';
import { createLatency, type Latency } from './core/latency.js';
import type { LocalStore, LocalTier } from './core/local-tier.js';
import type { EntryId } from './core/resource.js';
import type { Scope } from './core/scope.js';
import type { TenantId } from './core/tenant-id.js';
import { CoherentLocalTier } from './l1/coherent-local-tier.js';
import { LruLocalStore } from './l1/lru-local-store.js';
import { MemoryPressure } from './l1/memory-pressure.js';
import { NO_LOCAL_STORE } from './l1/no-local-store.js';
import { openStores, type Stores } from './open-stores.js';
import { DatasetSource } from './tenant/dataset-source.js';
import { RememberedFleet } from './tenant/remembered-fleet.js';
import { RememberedTenants } from './tenant/remembered-tenants.js';

/** Idle tenants give expired bytes back within this time (design: 2 s). */
const SWEEP_INTERVAL_MS = 2_000;
/** While Redis is gone an L1 entry lives no longer, so that 3 s after it returns nothing stale is served. */
const DETACHED_TTL_MS = 2_000;

export interface Engine extends Stores {
  readonly engine: CacheEngine;
  readonly registry: TenantRegistry;
  readonly remembered: RememberedTenants;
  readonly fleet: RememberedFleet;
  /** Sends the invalidations that the kill switch holds back: the last that a process does. */
  readonly sendPendingPastBypass: () => Promise<unknown>;
  readonly sweeper: Sweeper;
  readonly visits: TenantVisits;
  readonly local: LocalStore;
  readonly tier: LocalTier;
  /** Hears of all that is invalidated, here or elsewhere; without scopes it is all of the tenant. */
  readonly onInvalidated: (listener: (tenant: TenantId, scopes?: readonly Scope[]) => void) => void;
  /** Hears of the entries that other processes write or delete. */
  readonly onChanged: (listener: (tenant: TenantId, ids: readonly EntryId[]) => void) => void;
  /** Hears when calls of some tenants reach the shared store again, or will in a moment. */
  readonly onReturned: (listener: (concerns: (tenant: TenantId) => boolean) => void) => void;
  /** Undefined where the usage sink keeps no samples. */
  readonly samplers: TenantSamplers | undefined;
  readonly latency: Latency;
  readonly ttlPolicy: CategoryTtlPolicy;
}

/** The tiers, what keeps them coherent, and the steps that a handle's operations are made of. */
export function openEngine(options: ResolvedCacheOptions, directory: TenantDirectory, hub: EventHub): Engine {
  const returnListeners: Parameters<Engine['onReturned']>[0][] = [];
  const stores = openStores(options, hub, {
    beforeClose: (direct, concerns) => shared.sendPendingBy(direct, concerns),
    onReturn: (concerns) => {
      for (const listener of returnListeners) listener(concerns);
    },
    onUntold: (...did) => engine.figures.untold(...did),
    onUntoldGone: (tenant, gone) => engine.figures.gone(tenant, gone),
    onSuccession: (concerns) => shared.succeeded(concerns),
  });
  const bypass = new Bypass();
  const store = new BypassableStore(stores.store, bypass);
  const bus = new BypassableBus(stores.bus, bypass);
  const upkeep = new BypassableUpkeep(stores.upkeep, bypass);
  const shared = new SharedTier(store, hub.emit);
  const { local, pollMemory } = openLocal(options, shared, hub);
  const invalidationListeners: Parameters<Engine['onInvalidated']>[0][] = [];
  const changeListeners: Parameters<Engine['onChanged']>[0][] = [];
  const tier = new CoherentLocalTier({
    local,
    bus,
    sharedUp: (tenant) => store.state(tenant) === 'up',
    onFollowed: (tenant) => {
      // At its first use the tenant's settings were read a moment ago.
      if (registry.peek(tenant)?.limits) remembered.refresh(tenant);
    },
    onInvalidated: (tenant, scopes) => {
      for (const listener of invalidationListeners) listener(tenant, scopes);
    },
    onChanged: (tenant, ids) => {
      for (const listener of changeListeners) listener(tenant, ids);
    },
    maxTtlMs: options.l1?.maxTtlMs ?? 0,
    detachedTtlMs: DETACHED_TTL_MS,
    deadlineMs: options.redisTimeoutMs,
  });
  const source = new DatasetSource(directory, options.datasets);
  const remembered = new RememberedTenants(source, {
    onRecord: (record) => {
      if (registry.peek(record.tenantId)) registry.apply(record);
    },
  });
  const fleet = new RememberedFleet(directory, {
    onChange: ({ version: _version, changedAtMs: _changedAtMs, ...settings }) => {
      bypass.set(settings.sharedStoreBypassed);
      if (!bypass.on) void shared.sendPending();
      registry.applyAgain();
      hub.emit({ type: 'fleet-changed', ...settings });
    },
  });
  const learnUsage = (runtime: TenantRuntime) => engine.settle(runtime, 1);
  const curves = options.usage?.curves;
  const samplers = curves && new TenantSamplers({ store: curves, processEpoch: randomUUID() });
  const registry: TenantRegistry = new TenantRegistry(
    remembered,
    tier,
    learnUsage,
    () => fleet.record,
    // A dataset's budget is the platform's, whom nobody advises.
    (tenant, limitBytes) => (isDatasetOwner(tenant) ? undefined : samplers?.open(tenant, limitBytes)),
  );
  registry.onLeave((tenant) => samplers?.drop(tenant));
  const latency = createLatency(stores.tracing);
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
    busUp: (tenant) => bus.state(tenant) === 'up',
  });
  engine.writeBehind = openWriteBehind(options, engine, stores.queue, hub);
  // What a load would overwrite may have been changed unheard while the bus was down.
  bus.onState((_state, tenants) => {
    if (tenants) for (const tenant of tenants) registry.peek(tenant)?.changedAll();
    else for (const runtime of registry.all()) runtime.changedAll();
  });
  bus.onMessage((message) => hear(message, registry, remembered));
  bus.onFleetChanged((everything) => {
    void fleet.refresh();
    if (everything) remembered.refreshAll();
  });
  const settle = async (runtime: TenantRuntime, maxRounds: number) => (await engine.settle(runtime, maxRounds)).more;
  const sweeper = new Sweeper({
    engine,
    convergence: new Convergence({ settle, emit: hub.emit }),
    purge: () => {
      local.purgeExpired();
      pollMemory();
    },
    dropIdle: () => tier.dropIdle(),
    intervalMs: SWEEP_INTERVAL_MS,
  });
  const visits = new TenantVisits({
    store,
    source,
    rollout: () => fleet.record,
    registry,
    figures: engine.figures,
  });
  const sendPendingPastBypass = () => shared.sendPendingBy(stores.store);
  return {
    ...stores,
    store,
    bus,
    upkeep,
    engine,
    registry,
    remembered,
    fleet,
    sendPendingPastBypass,
    sweeper,
    visits,
    local,
    tier,
    onInvalidated: (listener) => void invalidationListeners.push(listener),
    onChanged: (listener) => void changeListeners.push(listener),
    onReturned: (listener) => void returnListeners.push(listener),
    samplers,
    latency,
    ttlPolicy,
  };
}

function openWriteBehind(options: ResolvedCacheOptions, engine: CacheEngine, queue: DurableQueue, { emit }: EventHub) {
  const { writeBehind: settings } = options;
  if (settings === undefined) return undefined;
  // Of a tenant that is suspended as well: what it queued is still brought to the source.
  const invalidate = (tenant: TenantId, id: EntryId) => deleteEntries(engine, engine.registry.get(tenant), [id]);
  return new WriteBehind({ queue, settings, tenantId: options.tenantId, ...engine.payloads, invalidate, emit });
}

function hear(message: BusMessage, registry: TenantRegistry, remembered: RememberedTenants): void {
  const runtime = registry.peek(message.tenant);
  if (message.type === 'settings') {
    // Of a tenant that is of no interest here, nothing is asked.
    if (runtime) remembered.refresh(message.tenant);
    else remembered.refreshKnown(message.tenant);
  } else if (message.type === 'entries') for (const id of message.ids) runtime?.changed(id);
  else if (message.type === 'invalidate') runtime?.changedScopes(message.scopes);
  else {
    if (message.type === 'clear') runtime?.sampler?.cleared();
    runtime?.changedAll();
  }
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
