import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TenantVisits } from '../../../src/cache/tenant-visits.js';
import type { TenantRecord } from '../../../src/core/directory.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MemoryJournalData, MemoryUsageJournal } from '../../../src/testing/memory-usage-journal.js';
import { UsageJournaller } from '../../../src/usage/usage-journaller.js';
import { UsageLedger } from '../../../src/usage/usage-ledger.js';
import { countingEngine } from '../../fakes/counting-engine.js';
import { closeCaches, gate, ownCalendar, turn } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

const tenant = tenantId('a');

function names(engine: ReturnType<typeof countingEngine>): string[] {
  return [...engine.registry.counted()].map((runtime) => runtime.tenant);
}

describe('a tenant leaves the process', () => {
  it('after ten minutes without a call, and not while it is asked for', async () => {
    const engine = countingEngine();
    await engine.handle('a').getOrSet('r', 'k', () => 1);
    await engine.handle('b').getOrSet('r', 'k', () => 1);
    const asking = engine.handle('b');
    await engine.pass(6);
    expect(await asking.get('r', 'k')).toBe(1);
    await engine.pass(4);
    expect(names(engine)).toEqual(['a', 'b']);
    await engine.pass(1);
    expect(names(engine)).toEqual(['b']);
    expect(engine.local.tenants()).toBe(1);
  });

  it('not before its counters are safe', async () => {
    let safe = false;
    const engine = countingEngine({ safe: () => safe });
    await engine.handle('a').getOrSet('r', 'k', () => 1);
    await engine.pass();
    await engine.pass();
    expect(names(engine)).toEqual(['a']);
    safe = true;
    await engine.pass();
    expect(names(engine)).toEqual([]);
  });

  it('not during a load, whose value others join', async () => {
    const engine = countingEngine();
    const { promise, release } = gate<string>();
    const first = engine.handle('a').getOrSet('r', 'k', () => promise);
    await turn();
    await engine.pass();
    await engine.pass();
    const second = engine.handle('a').getOrSet('r', 'k', () => 'another');
    release('one');
    expect(await Promise.all([first, second])).toEqual(['one', 'one']);
  });

  it('and what it counted goes to those who listen', async () => {
    const engine = countingEngine();
    const left: [string, number][] = [];
    engine.registry.onLeave((name, counters) => left.push([name, counters.requests]));
    await engine.handle('a').getOrSet('r', 'k', () => 1);
    await engine.pass();
    expect(left).toEqual([['a', 1]]);
    await engine.handle('a').get('r', 'k');
    await engine.pass();
    expect(left).toEqual([
      ['a', 1],
      ['a', 1],
    ]); // prettier-ignore
  });
});

describe('a handle held for longer than its tenant stayed', () => {
  it('has the runtime that everybody has, so that loads are shared and invalidations heard', async () => {
    const engine = countingEngine();
    const held = engine.handle('a');
    await held.getOrSet('r', 'k', () => 1);
    await engine.pass();
    const { promise, release } = gate<string>();
    await held.delete('r', 'k');
    const loading = held.getOrSet('r', 'k', () => promise);
    await turn();
    const joining = engine.handle('a').getOrSet('r', 'k', () => 'another');
    await turn();
    await engine.handle('a').delete('r', 'k');
    release('old');
    expect(await Promise.all([loading, joining])).toEqual(['old', 'old']);
    expect(await held.get('r', 'k')).toBeUndefined();
  });

  it.each(['delete', 'invalidateTags', 'invalidatePrefix', 'clear'] as const)('is counted for a %s', async (call) => {
    const engine = countingEngine();
    const held = engine.handle('a');
    await held.set('r', 'k', 1);
    await engine.pass();
    if (call === 'delete') await held.delete('r', 'k');
    else if (call === 'clear') await held.clear();
    else if (call === 'invalidateTags') await held.invalidateTags(['t']);
    else await held.invalidatePrefix('r', 'k');
    expect([...engine.registry.counted()].map(({ counters }) => counters.invalidations)).toEqual([1]);
  });

  it.each(['delete', 'invalidateTags', 'clear'] as const)('is counted for a %s that it left in', async (call) => {
    const engine = countingEngine();
    const held = engine.handle('a');
    await held.set('r', 'k', 1);
    engine.store.fault = 'slow';
    const done =
      call === 'delete' ? held.delete('r', 'k') : call === 'clear' ? held.clear() : held.invalidateTags(['t']);
    expect(await engine.pass()).toBe(1);
    engine.store.fault = 'none';
    await done;
    expect([...engine.registry.counted()].map(({ counters }) => counters.invalidations)).toEqual([1]);
  });

  it('is counted once, and what it does under way too, whenever its tenant leaves', async () => {
    const call = fc.constantFrom(
      'get',
      'getMany',
      'set',
      'delete',
      'tags',
      'getOrSet',
      'leave',
      'slow',
      'fast',
      'wait',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 25 }), async (calls) => {
        const engine = countingEngine();
        const held = engine.handle('a');
        const total = { requests: 0, writes: 0, invalidations: 0 };
        const add = ({ requests, writes, invalidations }: typeof total) => {
          total.requests += requests;
          total.writes += writes;
          total.invalidations += invalidations;
        };
        engine.registry.onLeave((_tenant, counters) => add(counters));
        const expected = { requests: 0, writes: 0, invalidations: 0 };
        const answers: Promise<unknown>[] = [];
        let key = 0;
        await held.usage();
        for (const name of calls) {
          if (name === 'leave') await engine.pass();
          else if (name === 'slow') engine.store.fault = 'slow';
          else if (name === 'fast') engine.store.fault = 'none';
          else if (name === 'wait') await turn();
          else if (name === 'get') answers.push(held.get('r', 'none'));
          else if (name === 'getMany') answers.push(held.getMany('r', ['none', 'nothing']));
          else if (name === 'getOrSet')
            answers.push(engine.handle('a').getOrSet('r', `${++key}`, () => 1, { ttl: '1h' }));
          else if (name === 'set') answers.push(held.set('s', 'k', 1));
          else if (name === 'tags') answers.push(held.invalidateTags(['t']));
          else answers.push(held.delete('r', 'none'));
          if (name === 'get') expected.requests++;
          if (name === 'getMany') expected.requests += 2;
          if (name === 'getOrSet') {
            expected.requests++;
            expected.writes++;
          }
          if (name === 'set') expected.writes++;
          if (name === 'tags') expected.invalidations++;
          expect(engine.handle('a').tenantId).toBe('a');
        }
        engine.store.fault = 'none';
        await Promise.all(answers);
        for (const { counters } of engine.registry.counted()) add(counters);
        expect(total).toEqual(expected);
        expect(names(engine).length).toBeLessThanOrEqual(1);
        await engine.close();
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

it('what the leader finds expired of a tenant that nobody has open is counted, and brought to the sink', async () => {
  const later = ownCalendar();
  const engine = countingEngine();
  await engine.handle('a').set('r', 'k', 1, { ttl: '1s' });
  await engine.pass();
  expect(names(engine)).toEqual([]);
  later(5_000);
  const visits = new TenantVisits({
    store: engine.store,
    source: { find: async () => Promise.reject(new Error('not asked')) },
    rollout: () => DEFAULT_FLEET,
    registry: engine.registry,
    figures: engine.engine.figures,
  });
  await visits.visit(tenant, false);
  expect([...engine.registry.counted()].map(({ counters }) => counters.expirations)).toEqual([1]);
  await engine.pass();
  expect(names(engine)).toEqual([]);
});

it('names that nobody knows leave nothing behind, whatever is invalidated in them', async () => {
  const engine = countingEngine();
  for (let name = 0; name < 100; name++) await engine.handle(`nobody${name}`).invalidateTags(['t']);
  expect(names(engine)).toEqual([]);
});

/** 160 bytes a tenant; one that stays takes 3 KB. */
const MOST_BYTES = 16 * 1024 * 1024;

it('100,000 tenants that each asked once leave nothing behind', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const heapBytes = async () => {
    for (let round = 0; round < 4; round++) {
      collectGarbage();
      await turn();
    }
    return process.memoryUsage().heapUsed;
  };
  const nowMs = Date.now();
  const ledger = new UsageLedger('epoch', 300_000);
  const data = new MemoryJournalData();
  const journal = new MemoryUsageJournal(data);
  const engine = countingEngine({
    safe: ({ tenant: name, counters }) => ledger.isSafe(name, counters, journal.incarnation()),
  });
  let departed = 0;
  engine.registry.onLeave((name, { requests }) => {
    departed += requests;
    ledger.forget(name);
  });
  const journaller = new UsageJournaller({
    journal,
    ledger,
    tenants: () => engine.registry.counted(),
    away: () => false,
    emit() {},
    now: () => nowMs,
  });
  const ask = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      const name = tenantId(`t${index}`);
      const settings = { quotaBytes: 1_000_000, policy: 'lru', enforcement: 'hard' };
      engine.registry.apply({ tenantId: name, settings } as unknown as TenantRecord);
      engine.registry.get(name).missed('r');
      engine.local.set(name, entryId('r', 'k'), { value: 1, bytes: 1, freshUntilMs: nowMs + 1e6 }, 1e6);
    }
    await journaller.tick();
    expect(names(engine)).toHaveLength(to - from);
    expect(await engine.pass()).toBe(to - from);
    data.empty();
  };
  await ask(0, 1_000);
  const before = await heapBytes();
  await ask(1_000, 101_000);
  let grownBytes = (await heapBytes()) - before;
  // What finalizers give back comes when the engine finds time for them.
  for (let round = 0; round < 100 && grownBytes >= MOST_BYTES; round++) grownBytes = (await heapBytes()) - before;
  expect(names(engine)).toEqual([]);
  expect([ledger.size, ledger.endedParts, engine.local.tenants()]).toEqual([0, 0, 0]);
  expect(grownBytes).toBeLessThan(MOST_BYTES);
  expect(departed).toBe(101_000);
}, 120_000);
