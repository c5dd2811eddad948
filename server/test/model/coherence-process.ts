import { CacheEngine } from '../../src/cache/cache-engine.js';
import { jsonCodec } from '../../src/cache/json-codec.js';
import { LeaseKeeper } from '../../src/cache/lease-keeper.js';
import { SharedTier } from '../../src/cache/shared-tier.js';
import { TenantCache } from '../../src/cache/tenant-cache.js';
import { TenantRegistry } from '../../src/cache/tenant-registry.js';
import { CategoryTtlPolicy } from '../../src/cache/ttl-policy.js';
import type { InvalidationBus, SharedStore } from '../../src/core/contracts.js';
import type { TenantRecord } from '../../src/core/directory.js';
import { createLatency } from '../../src/core/latency.js';
import { LOAD_DEFAULTS } from '../../src/core/load-options.js';
import type { LocalTier } from '../../src/core/local-tier.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { NOOP_TRACING } from '../../src/core/tracing.js';
import { resolveTtlOptions } from '../../src/core/ttl-options.js';
import { CoherentLocalTier } from '../../src/l1/coherent-local-tier.js';
import { LruLocalStore } from '../../src/l1/lru-local-store.js';

/** What is broken on purpose, to see that the property notices. */
export type Mutant = 'no mark check' | 'no epoch check' | 'no gap rule' | 'no scopes' | 'fills while down';

export const MUTANTS: readonly Mutant[] = [
  'no mark check',
  'no epoch check',
  'no gap rule',
  'no scopes',
  'fills while down',
];

export const TENANT: TenantId = tenantId('t');

/** One process with all its layers, wired as `createTenantCache` wires them, on a store and bus of the test's. */
export function openProcess(store: SharedStore, bus: InvalidationBus, mutant: Mutant | undefined) {
  const tier = mutatedTier(
    new CoherentLocalTier({
      local: new LruLocalStore({ maxBytesPerTenant: 1e6, maxBytesTotal: 1e6 }),
      bus: mutatedBus(bus, mutant),
      sharedUp: () => true,
      maxTtlMs: 30_000,
      detachedTtlMs: 2_000,
      deadlineMs: 5_000,
    }),
    mutant,
  );
  const lookup = { peek: () => RECORD, find: async () => RECORD };
  const registry = new TenantRegistry(lookup, tier, async () => {});
  const emit = () => {};
  const shared = new SharedTier(store, emit);
  const engine = new CacheEngine({
    local: tier,
    shared,
    leases: new LeaseKeeper(shared),
    registry,
    codec: jsonCodec,
    latency: createLatency(),
    emit,
    defaults: LOAD_DEFAULTS,
    maxEntryBytes: 1e6,
    sealer: undefined,
    ttlPolicy: new CategoryTtlPolicy(resolveTtlOptions(), LOAD_DEFAULTS.ttlMs),
    tracing: NOOP_TRACING,
    busUp: () => bus.state() === 'up',
  });
  bus.onState(() => {
    for (const runtime of registry.all()) runtime.changedAll();
  });
  bus.onMessage((message) => {
    const runtime = registry.peek(message.tenant);
    if (message.type === 'entries') for (const id of message.ids) runtime?.changed(id);
    else if (message.type === 'invalidate') runtime?.changedScopes(message.scopes);
    else runtime?.changedAll();
  });
  return { handle: new TenantCache(engine, registry.get(TENANT)), close: () => engine.close() };
}

const RECORD = {
  tenantId: TENANT,
  settings: { quotaBytes: 1e6 },
  suspended: false,
  version: 1,
} as unknown as TenantRecord;

function mutatedTier(tier: CoherentLocalTier, mutant: Mutant | undefined): LocalTier {
  if (mutant !== 'no mark check') return tier;
  return new Proxy(tier, {
    get(target, name) {
      if (name === 'settle' || name === 'replace') {
        return (mark: { tenant: TenantId; id: never }, ...rest: []) => {
          target.settle(mark as never);
          (target[name] as (...args: unknown[]) => void).call(target, target.begin(mark.tenant, mark.id), ...rest);
        };
      }
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function mutatedBus(bus: InvalidationBus, mutant: Mutant | undefined): InvalidationBus {
  const unheard = mutant === 'no gap rule' ? 'gap' : mutant === 'no scopes' ? 'invalidate' : undefined;
  return {
    follow: (tenant) => bus.follow(tenant),
    unfollow: (tenant) => bus.unfollow(tenant),
    publishSettings: (tenant) => bus.publishSettings(tenant),
    onFleetChanged: (listener) => bus.onFleetChanged(listener),
    onMessage: (listener) => bus.onMessage((message) => void (message.type !== unheard && listener(message))),
    onState: (listener) => void (mutant !== 'no epoch check' && bus.onState(listener)),
    state: () => (mutant === 'fills while down' ? 'up' : bus.state()),
    heardUntilMs: (tenant) => bus.heardUntilMs(tenant),
    hear: (tenant) => bus.hear(tenant),
    doubt: (tenant) => bus.doubt(tenant),
    close: () => bus.close(),
  };
}
