import { CacheEngine } from '../../src/cache/cache-engine.js';
import { IdleTenants } from '../../src/cache/idle-tenants.js';
import { jsonCodec } from '../../src/cache/json-codec.js';
import { LeaseKeeper } from '../../src/cache/lease-keeper.js';
import { SharedTier } from '../../src/cache/shared-tier.js';
import { TenantCache } from '../../src/cache/tenant-cache.js';
import { TenantRegistry } from '../../src/cache/tenant-registry.js';
import type { TenantRuntime } from '../../src/cache/tenant-runtime.js';
import { CategoryTtlPolicy } from '../../src/cache/ttl-policy.js';
import type { TenantRecord } from '../../src/core/directory.js';
import { createLatency } from '../../src/core/latency.js';
import { LOAD_DEFAULTS } from '../../src/core/load-options.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { NOOP_TRACING } from '../../src/core/tracing.js';
import { resolveTtlOptions } from '../../src/core/ttl-options.js';
import { CoherentLocalTier } from '../../src/l1/coherent-local-tier.js';
import { LruLocalStore } from '../../src/l1/lru-local-store.js';
import { FaultyStore } from '../../src/testing/faulty-shared-store.js';
import { createMemoryStore } from '../../src/testing/memory-shared-store.js';

const settings = { quotaBytes: 1_000_000, overageBytes: 0, policy: 'lru', enforcement: 'hard' };

/** The layers that count, on a store that fails when the test says so, and tenants that leave when it says so. */
export function countingEngine(options: { safe?: (runtime: TenantRuntime) => boolean } = {}) {
  const memory = createMemoryStore({ maxEntryBytes: 100_000 });
  const store = new FaultyStore(memory.store);
  const local = new LruLocalStore({ maxBytesPerTenant: 1e6, maxBytesTotal: 1e8 });
  const tier = new CoherentLocalTier({
    local,
    bus: memory.bus,
    sharedUp: () => store.fault === 'none',
    maxTtlMs: 60_000,
    detachedTtlMs: 2_000,
    deadlineMs: 50,
  });
  const recordOf = (tenant: TenantId) =>
    ({ tenantId: tenant, settings, ...settings, version: 1 }) as unknown as TenantRecord;
  const lookup = { peek: recordOf, find: async (tenant: TenantId) => recordOf(tenant) };
  const registry: TenantRegistry = new TenantRegistry(lookup, tier, (runtime) => engine.settle(runtime, 1));
  const shared = new SharedTier(store, () => {});
  const engine = new CacheEngine({
    local: tier,
    shared,
    leases: new LeaseKeeper(shared),
    registry,
    codec: jsonCodec,
    latency: createLatency(),
    emit: () => {},
    defaults: LOAD_DEFAULTS,
    maxEntryBytes: 100_000,
    sealer: undefined,
    ttlPolicy: new CategoryTtlPolicy(resolveTtlOptions(), LOAD_DEFAULTS.ttlMs),
    tracing: NOOP_TRACING,
    busUp: () => true,
  });
  memory.bus.onMessage((message) => {
    const runtime = registry.peek(message.tenant);
    if (message.type === 'entries') for (const id of message.ids) runtime?.changed(id);
    else if (message.type === 'invalidate') runtime?.changedScopes(message.scopes);
    else runtime?.changedAll();
  });
  let nowMs = 0;
  const idle = new IdleTenants({
    registry,
    safe: options.safe ?? (() => true),
    release: (tenant) => tier.release(tenant),
    now: () => nowMs,
  });
  return {
    store,
    other: memory.store,
    local,
    tier,
    registry,
    engine,
    handle: (name: string) => new TenantCache(engine, registry.get(tenantId(name))),
    /** Passes a minute apart; the first of eleven finds the last calls, the last lets their tenant leave. */
    async pass(minutes = 11): Promise<number> {
      let left = 0;
      for (let minute = 0; minute < minutes; minute++) {
        nowMs += 60_000;
        left += await idle.pass();
      }
      return left;
    },
    close: () => engine.close(),
  };
}
