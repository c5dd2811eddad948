import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BusMessage, InvalidationBus } from '../../../src/core/contracts.js';
import type { LocalEntry } from '../../../src/core/local-tier.js';
import { entryId } from '../../../src/core/resource.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import { CoherentLocalTier } from '../../../src/l1/coherent-local-tier.js';
import { LruLocalStore } from '../../../src/l1/lru-local-store.js';

const tenant = tenantId('a');
const id = entryId('r', 'k');
const other = entryId('r', 'other');
const entry = (value: unknown): LocalEntry => ({ value, bytes: 3, freshUntilMs: Number.POSITIVE_INFINITY });
const old = entry('old');

class HandBus implements InvalidationBus {
  current: 'up' | 'down' = 'up';
  follows = 0;
  unfollowed: TenantId[] = [];
  standing: Promise<void> = Promise.resolve();
  #messages: ((message: BusMessage) => void)[] = [];
  #states: ((state: 'up' | 'down') => void)[] = [];
  follow() {
    this.follows++;
    return this.standing;
  }
  unfollow(tenant: TenantId) {
    this.unfollowed.push(tenant);
  }
  onFleetChanged() {}
  async publishSettings() {}
  onMessage(listener: (message: BusMessage) => void) {
    this.#messages.push(listener);
  }
  onState(listener: (state: 'up' | 'down') => void) {
    this.#states.push(listener);
  }
  state() {
    return this.current;
  }
  heardUntilMs() {
    return this.current === 'up' ? performance.now() : Number.NEGATIVE_INFINITY;
  }
  async hear() {}
  doubt() {}
  async close() {}
  say(message: BusMessage) {
    for (const listener of this.#messages) listener(message);
  }
  turn(state: 'up' | 'down') {
    this.current = state;
    for (const listener of this.#states) listener(state);
  }
}

function open(sharedUp = true) {
  const bus = new HandBus();
  const local = new LruLocalStore({ maxBytesPerTenant: 1e6, maxBytesTotal: 1e7 });
  const newlyHeard: TenantId[] = [];
  const tier = new CoherentLocalTier({
    onFollowed: (each) => newlyHeard.push(each),
    local,
    bus,
    sharedUp: () => sharedUp,
    maxTtlMs: 30_000,
    detachedTtlMs: 2_000,
    deadlineMs: 20,
  });
  return { bus, local, newlyHeard, tier };
}

describe('CoherentLocalTier', () => {
  it('fills from a clean mark', async () => {
    const { tier } = open();
    await tier.follow(tenant);
    tier.settle(tier.begin(tenant, id), old, 1_000);
    expect(tier.get(tenant, id)).toBe(old);
  });

  it.each([
    ['its entry', { type: 'entries', ids: [id] }],
    ['its tenant', { type: 'clear', sequence: 9 }],
    ['its resource', { type: 'invalidate', scopes: [{ resource: 'r', prefix: '' }], sequence: 9 }],
    ['its prefix', { type: 'invalidate', scopes: [{ resource: 'r', prefix: 'k' }], sequence: 9 }],
    ['a tag it may have', { type: 'invalidate', scopes: [{ tag: 't' }], sequence: 9 }],
    ['anything, where messages are missing', { type: 'gap' }],
  ] as const)('does not fill after an invalidation of %s during the read', async (_name, message) => {
    const { bus, tier } = open();
    await tier.follow(tenant);
    const mark = tier.begin(tenant, id);
    bus.say({ tenant, origin: 'other', ...message } as BusMessage);
    tier.settle(mark, old, 1_000);
    expect(tier.get(tenant, id)).toBeUndefined();
  });

  it('fills after an invalidation that cannot cover the entry', async () => {
    const { bus, tier } = open();
    await tier.follow(tenant);
    const mark = tier.begin(tenant, id);
    const scopes = [
      { resource: 'r', prefix: 'other' },
      { resource: 'rr', prefix: '' },
    ];
    bus.say({ type: 'invalidate', tenant, origin: 'other', scopes, sequence: 9 });
    bus.say({ type: 'entries', tenant, origin: 'other', ids: [other] });
    bus.say({ type: 'clear', tenant: tenantId('b'), origin: 'other', sequence: 9 });
    tier.settle(mark, old, 1_000);
    expect(tier.get(tenant, id)).toBe(old);
  });

  it('drops what scopes of this process cover, and keeps the rest', async () => {
    const { tier } = open();
    await tier.follow(tenant);
    const tagged = { ...old, tags: ['t'] };
    tier.settle(tier.begin(tenant, id), tagged, 1_000);
    tier.settle(tier.begin(tenant, other), old, 1_000);
    tier.dropScopes(tenant, [{ tag: 't' }]);
    expect([tier.get(tenant, id), tier.get(tenant, other)]).toEqual([undefined, old]);
    tier.dropScopes(tenant, [{ resource: 'r', prefix: 'oth' }]);
    expect(tier.get(tenant, other)).toBeUndefined();
  });

  it('drops a tenant whose messages have a hole, and no other', async () => {
    const { bus, tier } = open();
    const spared = tenantId('b');
    for (const each of [tenant, spared]) {
      await tier.follow(each);
      tier.settle(tier.begin(each, id), old, 1_000);
    }
    bus.say({ type: 'gap', tenant, origin: '' });
    expect([tier.get(tenant, id), tier.get(spared, id)]).toEqual([undefined, old]);
  });

  it('does not let a reader bring back what a write of this process replaced', async () => {
    const { tier } = open();
    await tier.follow(tenant);
    const reader = tier.begin(tenant, id);
    const writer = tier.begin(tenant, id);
    const written = entry('new');
    tier.replace(writer, written, 1_000);
    tier.settle(reader, old, 1_000);
    expect(tier.get(tenant, id)).toBe(written);
  });

  it('holds nothing after two writes that overlap, for only the store knows which came last', async () => {
    const { tier } = open();
    await tier.follow(tenant);
    const first = tier.begin(tenant, id);
    const second = tier.begin(tenant, id);
    tier.replace(first, old, 1_000);
    tier.replace(second, entry('new'), 1_000);
    expect(tier.get(tenant, id)).toBeUndefined();
  });

  it('drops all when the bus goes down, and fills nothing while another process could write unseen', async () => {
    const { bus, tier } = open();
    await tier.follow(tenant);
    tier.settle(tier.begin(tenant, id), old, 1_000);
    const underway = tier.begin(tenant, id);
    bus.turn('down');
    tier.settle(underway, old, 1_000);
    tier.settle(tier.begin(tenant, id), old, 1_000);
    expect(tier.get(tenant, id)).toBeUndefined();
  });

  it('does not fill from what was asked before a break that is over', async () => {
    const { bus, tier } = open();
    await tier.follow(tenant);
    const mark = tier.begin(tenant, id);
    bus.turn('down');
    bus.turn('up');
    tier.settle(mark, old, 1_000);
    expect(tier.get(tenant, id)).toBeUndefined();
  });

  it('serves from memory for a moment where the shared store is gone as well', async () => {
    const { bus, tier } = open(false);
    bus.turn('down');
    tier.settle(tier.begin(tenant, id), old, 60_000);
    expect(tier.get(tenant, id)).toBe(old);
    bus.turn('up');
    expect(tier.get(tenant, id)).toBeUndefined();
  });

  it('does not fill before the subscription stands, and does not wait for it longer than a call', async () => {
    const { bus, tier } = open();
    bus.standing = new Promise(() => {});
    await tier.follow(tenant);
    tier.settle(tier.begin(tenant, id), old, 1_000);
    expect(tier.get(tenant, id)).toBeUndefined();
    expect(bus.follows).toBe(1);
  });

  it('tells when the subscription to a tenant newly stands', async () => {
    const { newlyHeard, tier } = open();
    await Promise.all([tier.follow(tenant), tier.follow(tenant)]);
    await tier.follow(tenant);
    expect(newlyHeard).toEqual([tenant]);
  });

  it('subscribes again after a subscription that failed', async () => {
    const { bus, tier } = open();
    bus.standing = Promise.reject(new Error('cut'));
    await tier.follow(tenant);
    bus.standing = Promise.resolve();
    await tier.follow(tenant);
    tier.settle(tier.begin(tenant, id), old, 1_000);
    expect([bus.follows, tier.get(tenant, id)]).toEqual([2, old]);
  });

  it('gives up the subscription to a tenant that is not used, and takes it up at its next use', async () => {
    const { bus, local, newlyHeard, tier } = open();
    await tier.follow(tenant);
    tier.settle(tier.begin(tenant, id), old, 1_000);
    tier.dropIdle();
    expect(bus.unfollowed).toEqual([]);
    tier.dropIdle();
    expect([bus.unfollowed, local.tenants()]).toEqual([[tenant], 0]);
    const unheard = tier.begin(tenant, id);
    await tier.follow(tenant);
    tier.settle(unheard, old, 1_000);
    expect(tier.get(tenant, id)).toBeUndefined();
    tier.settle(tier.begin(tenant, id), old, 1_000);
    expect([tier.get(tenant, id), newlyHeard]).toEqual([old, [tenant, tenant]]);
  });

  it('keeps the subscription of a tenant while something of it is under way', async () => {
    const { bus, tier } = open();
    await tier.follow(tenant);
    const mark = tier.begin(tenant, id);
    for (let look = 0; look < 3; look++) tier.dropIdle();
    expect(bus.unfollowed).toEqual([]);
    tier.settle(mark, old, 1_000);
    expect(tier.get(tenant, id)).toBe(old);
  });

  it('bounds the marks of a tenant: calls beyond go without L1, others and later ones do not', async () => {
    const { tier } = open();
    await tier.follow(tenant);
    const many = Array.from({ length: 10_000 }, (_, index) => tier.begin(tenant, entryId('r', `${index % 5_000}`)));
    const beyond = tier.begin(tenant, id);
    tier.settle(beyond, old, 1_000);
    expect(tier.get(tenant, id)).toBeUndefined();
    for (const mark of many) tier.settle(mark);
    tier.settle(tier.begin(tenant, id), old, 1_000);
    expect(tier.get(tenant, id)).toBe(old);
  });

  it('never serves a value older than the last acknowledged write, in any interleaving', async () => {
    // One key, a store that applies at a random moment between call and answer, readers and writers.
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 2, maxLength: 12 }),
        async (scheduler, plan) => {
          const { tier } = open();
          await tier.follow(tenant);
          let stored = 0;
          let acknowledged = 0;
          const write = async (value: number) => {
            const mark = tier.begin(tenant, id);
            await scheduler.schedule(Promise.resolve());
            const previous = stored;
            stored = Math.max(previous, value);
            const wrote = stored === value;
            await scheduler.schedule(Promise.resolve());
            tier.replace(mark, wrote ? entry(value) : undefined, 1_000);
            acknowledged = Math.max(acknowledged, value);
          };
          const read = async () => {
            const mark = tier.begin(tenant, id);
            await scheduler.schedule(Promise.resolve());
            const value = stored;
            await scheduler.schedule(Promise.resolve());
            tier.settle(mark, entry(value), 1_000);
          };
          const running = plan.map((writes, index) => (writes ? write(index + 1) : read()));
          const checks = (async () => {
            while (scheduler.count() > 0) {
              await scheduler.waitOne();
              const local = tier.get(tenant, id)?.value as number | undefined;
              if (local !== undefined) expect(local).toBeGreaterThanOrEqual(acknowledged);
            }
          })();
          await Promise.all([...running, checks]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
