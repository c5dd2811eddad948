import type { ResolvedCacheOptions } from './core/cache-options.js';
import type { InvalidationBus, SharedStore } from './core/contracts.js';
import type { TenantDirectory } from './core/directory.js';
import type { DurableQueue } from './core/durable-queue.js';
import type { EventHub } from './core/events.js';
import { NOOP_TRACING, type Tracing } from './core/tracing.js';
import { createRedisStore } from './l2/create-redis-store.js';
import type { Invalidations } from './l2/invalidator.js';
import { staticTenants } from './tenant/static-tenants.js';
import { MemoryDurableQueue } from './testing/memory-durable-queue.js';
import { createMemoryStore } from './testing/memory-shared-store.js';
import { OpenTelemetryTracing } from './usage/open-telemetry.js';
import { TracedStore } from './usage/traced-store.js';
import { VERSION } from './version.js';

export interface Stores {
  readonly store: SharedStore;
  readonly bus: InvalidationBus;
  readonly queue: DurableQueue;
  readonly tracing: Tracing;
}

/**
 * The shared store and its bus: Redis, or the memory of this process where none is configured.
 * @param beforeClose sends what found Redis away, before anything else is asked of it again
 */
export function openStores(
  options: ResolvedCacheOptions,
  hub: EventHub,
  beforeClose: (direct: Invalidations) => Promise<readonly unknown[]>,
): Stores {
  const tracing = options.tracing ? new OpenTelemetryTracing({ ...options.tracing, version: VERSION }) : NOOP_TRACING;
  const { store, bus, queue } = openStore(options, hub, beforeClose);
  return { store: options.tracing ? new TracedStore(store, tracing) : store, bus, queue, tracing };
}

function openStore(
  options: ResolvedCacheOptions,
  hub: EventHub,
  beforeClose: (direct: Invalidations) => Promise<readonly unknown[]>,
): Omit<Stores, 'tracing'> {
  const { redis, maxEntryBytes } = options;
  if (redis === undefined) return { ...createMemoryStore({ maxEntryBytes }), queue: new MemoryDurableQueue() };
  return createRedisStore({
    redis,
    deadlineMs: options.redisTimeoutMs,
    breaker: { failures: options.breakerFailures, halfOpenAfterMs: options.breakerHalfOpenAfterMs },
    maxEntryBytes,
    beforeClose,
    logger: options.logger,
    emit: hub.emit,
  });
}

export function openDirectory(tenants: ResolvedCacheOptions['tenants']): TenantDirectory {
  return 'find' in tenants && typeof tenants.find === 'function'
    ? (tenants as TenantDirectory)
    : staticTenants(tenants as never);
}
