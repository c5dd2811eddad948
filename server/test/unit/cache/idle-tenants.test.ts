import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TenantVisits } from '../../../src/cache/tenant-visits.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { countingEngine } from '../../fakes/counting-engine.js';
import { closeCaches, gate, ownCalendar, turn } from '../../fakes/memory-cache.js';
import { workerProgram } from '../../fakes/worker-process.js';

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
  }, 300_000);
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
const MOST_BYTES = 16_000_000;

// In a process of its own: collecting what other suites left in this one takes minutes, and hides what is measured.
it('100,000 tenants that each asked once leave nothing behind', async () => {
  const program = await workerProgram(new URL('./idle-tenants-worker.ts', import.meta.url));
  try {
    const { alive, output, errors } = program.run(['--expose-gc'], '100000');
    expect([alive, errors]).toEqual([true, '']);
    const { grownBytes, ...left } = JSON.parse(output) as { grownBytes: number };
    expect(left).toEqual({ counted: 0, parts: 0, endedParts: 0, local: 0, departed: 101_000 });
    expect(grownBytes).toBeLessThanOrEqual(MOST_BYTES);
  } finally {
    program.remove();
  }
}, 300_000);
