import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BusMessage, InvalidationBus } from '../../../src/core/contracts.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { CoherentLocalTier } from '../../../src/l1/coherent-local-tier.js';
import { LruLocalStore } from '../../../src/l1/lru-local-store.js';

const tenant = tenantId('a');
const id = entryId('r', 'k');
const old = { value: 'old', bytes: 3 };

class HandBus implements InvalidationBus {
  current: 'up' | 'down' = 'up';
  follows = 0;
  standing: Promise<void> = Promise.resolve();
  #messages: ((message: BusMessage) => void)[] = [];
  #states: ((state: 'up' | 'down') => void)[] = [];
  follow() {
    this.follows++;
    return this.standing;
  }
  unfollow() {}
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
  const tier = new CoherentLocalTier({
    local,
    bus,
    sharedUp: () => sharedUp,
    maxTtlMs: 30_000,
    detachedTtlMs: 2_000,
    deadlineMs: 20,
  });
  return { bus, local, tier };
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
  ] as const)('does not fill after an invalidation of %s during the read', async (_name, message) => {
    const { bus, tier } = open();
    await tier.follow(tenant);
    const mark = tier.begin(tenant, id);
    bus.say({ tenant, origin: 'other', ...message } as BusMessage);
    tier.settle(mark, old, 1_000);
    expect(tier.get(tenant, id)).toBeUndefined();
  });

  it('does not let a reader bring back what a write of this process replaced', async () => {
    const { tier } = open();
    await tier.follow(tenant);
    const reader = tier.begin(tenant, id);
    const writer = tier.begin(tenant, id);
    const written = { value: 'new', bytes: 3 };
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
    tier.replace(second, { value: 'new', bytes: 3 }, 1_000);
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
            tier.replace(mark, wrote ? { value, bytes: 1 } : undefined, 1_000);
            acknowledged = Math.max(acknowledged, value);
          };
          const read = async () => {
            const mark = tier.begin(tenant, id);
            await scheduler.schedule(Promise.resolve());
            const value = stored;
            await scheduler.schedule(Promise.resolve());
            tier.settle(mark, { value, bytes: 1 }, 1_000);
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
