import { describe, expect, it } from '@jest/globals';
import type { LocalEntry } from '../../../src/core/local-tier.js';
import { entryId } from '../../../src/core/resource.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import { CoherentLocalTier } from '../../../src/l1/coherent-local-tier.js';
import { LruLocalStore } from '../../../src/l1/lru-local-store.js';
import { MemoryBus } from '../../../src/testing/memory-bus.js';

const [struck, neighbour] = [tenantId('struck'), tenantId('neighbour')];
const id = entryId('r', 'k');
const entry: LocalEntry = { value: 'v', bytes: 3, freshUntilMs: Number.POSITIVE_INFINITY };

/** As the bus on a Cluster: it speaks of those who are followed. */
class NamingBus extends MemoryBus {
  readonly followed = new Set<TenantId>();
  override async follow(tenant: TenantId) {
    this.followed.add(tenant);
    await super.follow(tenant);
  }
  override onState(listener: (state: 'up' | 'down', tenants?: readonly TenantId[]) => void) {
    super.onState((state, tenants) =>
      listener(
        state,
        tenants?.filter((tenant) => this.followed.has(tenant)),
      ),
    );
  }
}

/** The node of one tenant is away, that of the other is not. */
async function open() {
  const bus = new NamingBus();
  const away = new Set<TenantId>();
  const tier = new CoherentLocalTier({
    local: new LruLocalStore({ maxBytesPerTenant: 1e6, maxBytesTotal: 1e7 }),
    bus,
    sharedUp: (tenant) => !away.has(tenant),
    maxTtlMs: 30_000,
    detachedTtlMs: 2_000,
    deadlineMs: 50,
  });
  const fill = (tenant: TenantId) => {
    tier.settle(tier.begin(tenant, id), entry, 30_000);
    return tier.get(tenant, id) !== undefined;
  };
  return { bus, away, tier, fill, has: (tenant: TenantId) => tier.get(tenant, id) !== undefined };
}

describe('tenants on a node that is away, and tenants that are not', () => {
  it('a break is one of its own tenants: what L1 has of the others stays, and they fill on', async () => {
    const { bus, tier, fill, has } = await open();
    for (const tenant of [struck, neighbour]) await tier.follow(tenant);
    expect([fill(struck), fill(neighbour)]).toEqual([true, true]);
    const begun = [struck, neighbour].map((tenant) => tier.begin(tenant, id));
    bus.enterFor('down', [struck]);
    expect([has(struck), has(neighbour)]).toEqual([false, true]);
    expect(begun.map(({ clean }) => clean)).toEqual([false, true]);
    // Its node still answers, so another process may change what this one would not hear of.
    expect([fill(struck), fill(neighbour)]).toEqual([false, true]);
    bus.enterFor('up', [struck]);
    expect([fill(struck), has(neighbour)]).toEqual([true, true]);
  });

  it('what was kept of a tenant unheard is dropped once its node is back, also where it was never followed', async () => {
    const { bus, away, fill, has } = await open();
    away.add(struck);
    bus.enterFor('down', [struck]);
    expect(fill(struck)).toBe(true);
    away.clear();
    bus.enterFor('up', [struck]);
    expect(has(struck)).toBe(false);
    bus.enterFor('down', [struck]);
    away.add(struck);
    expect(fill(struck)).toBe(true);
    bus.enterFor('up', [neighbour]);
    expect(has(struck)).toBe(true);
  });
});
