import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import type { MeterReading, Statement } from '../../../src/core/directory.js';
import { fail } from '../../../src/core/errors.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { limitsOf } from '../../../src/core/quota.js';
import { entryId } from '../../../src/core/resource.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import type { GoneEntries, StoreUpkeep } from '../../../src/core/upkeep.js';
import { upkeepSettings } from '../../../src/core/upkeep-options.js';
import { MemoryData } from '../../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../../src/testing/memory-shared-store.js';
import { MemoryUpkeep } from '../../../src/testing/memory-upkeep.js';
import { Enrolment } from '../../../src/upkeep/enrolment.js';
import { Upkeep, type UpkeepDeps } from '../../../src/upkeep/upkeep.js';

const MINUTE_MS = 60_000;
const LIMITS = limitsOf({ quotaBytes: 1e9 });
const START_MS = Date.parse('2026-11-21T12:00:00Z');

/** One store, one clock, and processes that look after it. */
class World {
  readonly data = new MemoryData();
  nowMs = START_MS;
  readonly now = () => this.nowMs;
  readonly store = new MemorySharedStore({ data: this.data, now: this.now });
  readonly upkeep = new MemoryUpkeep(this.data, this.now);
  readonly readings: MeterReading[] = [];
  readonly statements: Statement[] = [];
  readonly visited: TenantId[] = [];

  process(over: Partial<UpkeepDeps> = {}) {
    const events: CacheEvent[] = [];
    const upkeep = new Upkeep({
      store: this.upkeep,
      leadership: this.upkeep.leadership('upkeep'),
      directory: {
        keepMeters: async (readings) => void this.readings.push(...readings),
        closePeriods: async () => this.statements.splice(0),
      },
      enrolment: new Enrolment({ tenants: () => [], enrol: (tenants) => this.upkeep.enrol(tenants), now: this.now }),
      visit: async (tenant) => {
        this.visited.push(tenant);
        return this.store.settle(tenant, LIMITS);
      },
      gone: () => {},
      paused: () => false,
      emit: (event) => void events.push(event),
      settings: upkeepSettings({ maxTenantsPerSecond: 100_000 }),
      now: this.now,
      ...over,
    });
    const seen = <T extends CacheEvent['type']>(type: T) =>
      events.filter((event): event is Extract<CacheEvent, { type: T }> => event.type === type);
    return { upkeep, events, seen };
  }

  /** Heartbeats in turn, as often as they come, until so much time has passed. */
  async pass(ms: number, ...processes: { upkeep: Upkeep }[]): Promise<void> {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; ) {
      this.nowMs += 2_000;
      for (const { upkeep } of processes) await upkeep.beat();
      for (const { upkeep } of processes) await upkeep.idle();
    }
  }

  async fill(tenant: TenantId, ttlMs: number): Promise<void> {
    await this.store.write(tenant, entryId('r', 'k'), { payload: Buffer.alloc(100), ttlMs, graceMs: 0 }, LIMITS);
    await this.upkeep.enrol([tenant]);
  }
}

const named = (count: number) => Array.from({ length: count }, (_, n) => tenantId(`t${n}`));

describe('the patrol', () => {
  it('gives bytes that expired back without a read, and strikes who is empty once nobody enrols it', async () => {
    const world = new World();
    const tenants = named(40);
    for (const tenant of tenants) await world.fill(tenant, 30_000);
    const leader = world.process();
    await world.pass(2 * MINUTE_MS, leader);
    expect([...world.data.tenants.values()].reduce((sum, { usedBytes }) => sum + usedBytes, 0)).toBe(0);
    expect(leader.seen('patrol')[0]).toMatchObject({ tenants: 40 });
    expect((await world.upkeep.roll(undefined, 100)).tenants).toHaveLength(40);
    await world.pass(62 * MINUTE_MS, leader);
    expect((await world.upkeep.roll(undefined, 100)).tenants).toEqual([]);
  });

  it('is done by one process, and by another once that is gone or resigns', async () => {
    const world = new World();
    await world.fill(tenantId('t1'), 1e9);
    const [first, second] = [world.process(), world.process()];
    await world.pass(3 * MINUTE_MS, first, second);
    expect([first.seen('leader').length, second.seen('leader').length]).toEqual([1, 0]);
    expect(second.seen('patrol')).toEqual([]);
    await first.upkeep.close();
    expect(first.seen('leader').at(-1)).toMatchObject({ leading: false });
    await world.pass(2 * MINUTE_MS, second);
    expect(second.seen('patrol').length).toBeGreaterThan(0);
  });

  it('leaves the store alone while the kill switch is on, and where the option is off', async () => {
    const world = new World();
    await world.fill(tenantId('t1'), 1e9);
    await world.pass(3 * MINUTE_MS, world.process({ paused: () => true }));
    await world.pass(3 * MINUTE_MS, world.process({ settings: upkeepSettings(false) }));
    expect(world.visited).toEqual([]);
  });

  it('goes on past a tenant whose server does not answer', async () => {
    const world = new World();
    for (const tenant of named(3)) await world.fill(tenant, 1e9);
    const visited: string[] = [];
    const leader = world.process({
      visit: async (tenant) => {
        visited.push(tenant);
        if (tenant === 't1') throw fail('STORE_UNAVAILABLE');
        return world.store.settle(tenant, LIMITS);
      },
    });
    await world.pass(2 * MINUTE_MS, leader);
    expect(new Set(visited)).toEqual(new Set(['t0', 't1', 't2']));
    expect(leader.seen('patrol').length).toBeGreaterThan(0);
  });
});

describe('reconciles', () => {
  it('come once a day for each tenant, spread over the day, also when leaders change', async () => {
    const world = new World();
    const tenants = named(30);
    for (const tenant of tenants) await world.fill(tenant, 1e12);
    const settings = upkeepSettings({ patrolEvery: '30m', reconcileEvery: '24h', maxTenantsPerSecond: 100_000 });
    const reconciled: { tenant: TenantId; atMs: number }[] = [];
    for (let shift = 0; shift < 9; shift++) {
      const leader = world.process({
        settings,
        emit: (event) => {
          if (event.type === 'reconciled') reconciled.push({ tenant: event.tenant, atMs: world.nowMs });
        },
      });
      for (let turn = 0; turn < 6; turn++) {
        await world.upkeep.enrol(tenants);
        world.nowMs += 30 * MINUTE_MS - 4_000;
        await world.pass(4_000, leader);
      }
      await leader.upkeep.close();
    }
    expect(new Set(reconciled.map(({ tenant }) => tenant)).size).toBe(30);
    expect(reconciled.length).toBeLessThanOrEqual(30 + 30);
    expect(new Set(reconciled.map(({ atMs }) => Math.floor(atMs / (3 * 60 * MINUTE_MS)))).size).toBeGreaterThan(4);
  }, 300_000);

  it('come for all tenants of a server that evicted keys by itself, and for no others', async () => {
    const world = new World();
    for (const tenant of named(6)) await world.fill(tenant, 1e9);
    const counts = new Map([
      ['one:1', 0],
      ['two:1', 0],
    ]);
    const placed = (tenant: TenantId) => (Number(tenant.slice(1)) % 2 ? 'two:1' : 'one:1');
    const store = Object.assign(Object.create(world.upkeep) as StoreUpkeep, {
      serverEvictions: async () => counts,
      nodeOf: placed,
      roll: world.upkeep.roll.bind(world.upkeep),
      reconcile: world.upkeep.reconcile.bind(world.upkeep),
      strike: world.upkeep.strike.bind(world.upkeep),
    });
    const leader = world.process({ store });
    await world.pass(30_000, leader);
    expect(leader.seen('reconciled')).toEqual([]);
    counts.set('two:1', 12);
    await world.pass(10_000, leader);
    const found = leader.seen('reconciled');
    expect(found.map(({ tenant }) => tenant).sort()).toEqual(['t1', 't3', 't5']);
    expect(found.every(({ trigger }) => trigger === 'server-evictions')).toBe(true);
    // A server that evicts all the time has its turn again, though not at once.
    counts.set('two:1', 13);
    await world.pass(10_000, leader);
    expect(leader.seen('reconciled')).toHaveLength(3);
    await world.pass(30_000, leader);
    expect(leader.seen('reconciled')).toHaveLength(6);
  });

  it('end with the leadership where a follower has been there already', async () => {
    const world = new World();
    await world.fill(tenantId('t1'), 1e9);
    const leader = world.process({ settings: upkeepSettings({ patrolEvery: '10s', reconcileEvery: '1m' }) });
    await world.upkeep.reconcile(tenantId('t1'), { fence: Number.MAX_SAFE_INTEGER, orphans: false });
    await world.pass(2 * MINUTE_MS, leader);
    expect(leader.seen('reconciled')).toEqual([]);
    expect(leader.seen('leader').some(({ leading }) => !leading)).toBe(true);
  });

  it('are not forgotten where the roll cannot be read, nor what they found where they do not end', async () => {
    const world = new World();
    await world.fill(tenantId('t1'), 1e9);
    let away = true;
    const told: GoneEntries[] = [];
    const found = { ghosts: 1, ghostBytes: 64, expiredEntries: 3 };
    const step = { ...found, looked: 1, orphans: 0, repaired: 0, driftBytes: 0, compared: false };
    const store = Object.assign(Object.create(world.upkeep) as StoreUpkeep, {
      serverEvictions: async () => new Map([['one:1', 5]]),
      nodeOf: () => 'one:1',
      roll: async (after: string | undefined, count: number) => {
        if (away) throw fail('STORE_UNAVAILABLE');
        return world.upkeep.roll(after, count);
      },
      reconcile: async (_: TenantId, { cursor }: { cursor?: string }) => {
        if (cursor) throw fail('UPKEEP_FENCED');
        return { ...step, cursor: 'on' };
      },
    });
    const leader = world.process({ store, gone: (_, each) => void told.push(each) });
    await world.pass(20_000, leader);
    away = false;
    await world.pass(10_000, leader);
    expect(told).toMatchObject([found]);
  });

  it('on demand need no leadership, and tell the tenant’s figures what is gone', async () => {
    const world = new World();
    await world.fill(tenantId('t1'), 1e9);
    const told: GoneEntries[] = [];
    const found = { ghosts: 0, ghostBytes: 0, expiredEntries: 2 };
    const step = { ...found, looked: 1, orphans: 0, repaired: 0, driftBytes: 0, compared: true };
    const other = world.process({
      settings: undefined,
      store: Object.assign(Object.create(world.upkeep) as StoreUpkeep, {
        reconcile: async () => ({ ...step, cursor: undefined }),
      }),
      gone: (_, each) => void told.push(each),
    });
    const report = await other.upkeep.reconcile(tenantId('t1'), { orphans: true });
    expect(report).toMatchObject({ tenantId: 't1', ...found, compared: true, steps: 1 });
    expect(told).toMatchObject([found]);
    expect(other.seen('reconciled')).toMatchObject([{ trigger: 'demand', tenant: 't1' }]);
  });
});

describe('periods', () => {
  it('get what was metered before they are closed, and what a directory did not take is sent again', async () => {
    const world = new World();
    await world.fill(tenantId('t1'), 1e12);
    const order: string[] = [];
    let away = true;
    const leader = world.process({
      directory: {
        keepMeters: async (readings) => {
          if (away) throw fail('DIRECTORY_UNAVAILABLE');
          order.push(`meters ${readings.map(({ tenantId: id }) => id)}`);
          assert.ok((readings[0]?.meters.byteMs ?? 0) > 0);
        },
        closePeriods: async () => {
          order.push('close');
          return [];
        },
      },
    });
    await world.pass(2 * MINUTE_MS, leader);
    order.length = 0;
    await world.pass(4 * MINUTE_MS, leader);
    expect(order).toEqual([]);
    away = false;
    await world.pass(2 * MINUTE_MS, leader);
    expect(order[0]).toBe('meters t1');
    expect(order).toContain('close');
  });

  describe('are closed only up to where a whole round of the patrol began', () => {
    const closer = (world: World) => {
      const asked: number[] = [];
      const directory = {
        keepMeters: async (readings: readonly MeterReading[]) => void world.readings.push(...readings),
        closePeriods: async (nowMs: number) => {
          asked.push(nowMs);
          // Whatever ended by then was read since, of every tenant.
          expect(world.readings.at(-1)?.atMs).toBeGreaterThanOrEqual(nowMs);
          return [];
        },
      };
      return { asked, directory };
    };

    it('by a leader that is new not before its first, and again not before its first once it has lost the lead', async () => {
      const world = new World();
      await world.fill(tenantId('t1'), 1e12);
      const { asked, directory } = closer(world);
      let leads = true;
      const lease = world.upkeep.leadership('upkeep');
      const leadership = { lead: async () => (leads ? lease.lead() : undefined), resign: () => lease.resign() };
      let held: (() => void) | undefined;
      let hold = true;
      const leader = world.process({
        directory,
        leadership,
        visit: async (tenant) => {
          if (hold) await new Promise<void>((go) => (held = go));
          return world.store.settle(tenant, LIMITS);
        },
      });
      const beats = async (ms: number) => {
        for (const endMs = world.nowMs + ms; world.nowMs < endMs; ) {
          world.nowMs += 2_000;
          await leader.upkeep.beat();
        }
      };
      // Its first round begins and does not end for minutes.
      await beats(4 * MINUTE_MS);
      expect(asked).toEqual([]);
      hold = false;
      held?.();
      await leader.upkeep.idle();
      const firstMs = asked[0] ?? Number.NaN;
      expect(firstMs).toBe(START_MS + 2_000 + MINUTE_MS);
      await world.pass(2 * MINUTE_MS, leader);
      expect(asked.at(-1)).toBeGreaterThan(firstMs);
      leads = false;
      await world.pass(4_000, leader);
      leads = true;
      const [before, againMs] = [asked.length, world.nowMs];
      await world.pass(MINUTE_MS, leader);
      expect(asked).toHaveLength(before);
      await world.pass(4_000, leader);
      expect(asked[before]).toBeGreaterThan(againMs);
    });

    it('not by a round that was cut short, by the kill switch or a lost lead, though it came back meanwhile', async () => {
      for (const kind of ['switch', 'lead'] as const) {
        const world = new World();
        for (const tenant of named(40)) await world.fill(tenant, 1e12);
        const { asked, directory } = closer(world);
        let [paused, leads, calls] = [false, true, 0];
        const lease = world.upkeep.leadership('upkeep');
        const leadership = { lead: async () => (leads ? lease.lead() : undefined), resign: () => lease.resign() };
        const leader = world.process({
          directory,
          leadership,
          paused: () => paused,
          visit: async (tenant) => {
            calls++;
            if (calls === 10 && kind === 'switch') paused = true;
            if (calls === 10 && kind === 'lead') {
              leads = false;
              // The heartbeat that began this round ends first.
              await new Promise(setImmediate);
              await leader.upkeep.beat();
            }
            return world.store.settle(tenant, LIMITS);
          },
        });
        await world.pass(MINUTE_MS + 2_000, leader);
        [paused, leads] = [false, true];
        expect(calls).toBeLessThan(40);
        const backMs = world.nowMs;
        await world.pass(3 * MINUTE_MS, leader);
        expect(asked[0]).toBeGreaterThan(backMs);
      }
    });

    it('not while the store is away, though it answers some; one damaged account does not hold them up for ever', async () => {
      const world = new World();
      for (const tenant of named(3)) await world.fill(tenant, 1e12);
      const { asked, directory } = closer(world);
      let state: 'up' | 'down' = 'down';
      world.upkeep.nodes = async () => [{ node: 'n:1', state }] as never;
      const leader = world.process({
        directory,
        visit: async (tenant) => {
          if (tenant === 't1') throw fail('STORE_UNAVAILABLE');
          return world.store.settle(tenant, LIMITS);
        },
      });
      await world.pass(6 * MINUTE_MS, leader);
      expect(leader.seen('patrol').length).toBeGreaterThan(3);
      expect(asked).toEqual([]);
      state = 'up';
      await world.pass(2 * MINUTE_MS, leader);
      expect(asked.length).toBeGreaterThan(0);
    });
  });

  it('are left to others by a directory that cannot administer', async () => {
    const world = new World();
    await world.fill(tenantId('t1'), 1e12);
    let asked = 0;
    const refuse = async (): Promise<never> => {
      asked++;
      throw fail('OPTION_INVALID');
    };
    await world.pass(20 * MINUTE_MS, world.process({ directory: { keepMeters: refuse, closePeriods: refuse } }));
    expect(asked).toBe(1);
  });
});
