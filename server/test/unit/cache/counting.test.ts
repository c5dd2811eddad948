import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RESOURCE_COUNTER_NAMES, type ResourceCounterValues, type TenantCounters } from '../../../src/core/counters.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { countingEngine } from '../../fakes/counting-engine.js';
import { closeCaches, gate, memoryCache, ownCalendar, turn } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

const key = fc.constantFrom('1', '2', '3');
const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 3 });
const resource = fc.constantFrom('users', 'orders');
const ends = fc.constantFrom('value' as const, 'error', 'hangs', 'undefined');
const op = fc.oneof(
  fc.record({ op: fc.constant('get' as const), resource, key }),
  fc.record({ op: fc.constant('getMany' as const), resource, keys }),
  fc.record({
    op: fc.constant('getOrSet' as const),
    resource,
    key,
    ends,
    l1: fc.boolean(),
    abort: fc.boolean(),
    grace: fc.boolean(),
  }),
  fc.record({ op: fc.constant('getOrSetMany' as const), resource, keys, ends, l1: fc.boolean(), abort: fc.boolean() }),
  fc.record({ op: fc.constantFrom('set' as const, 'delete', 'tag'), resource, key }),
  fc.record({ op: fc.constant('fault' as const), fault: fc.constantFrom('none' as const, 'none', 'down') }),
  fc.record({ op: fc.constant('later' as const) }),
  fc.record({ op: fc.constant('settle' as const) }),
); // prettier-ignore
type Op = typeof op extends fc.Arbitrary<infer T> ? T : never;

function sums(counters: TenantCounters): ResourceCounterValues {
  const sum = Object.fromEntries(RESOURCE_COUNTER_NAMES.map((name) => [name, 0])) as ResourceCounterValues;
  for (const each of counters.resources.values()) for (const name of RESOURCE_COUNTER_NAMES) sum[name] += each[name];
  return sum;
}

function expectIdentity(counters: TenantCounters): void {
  const { requests, l1Hits, l2Hits, misses } = counters;
  expect(requests).toBe(l1Hits + l2Hits + misses);
  const ofResources = sums(counters);
  for (const name of RESOURCE_COUNTER_NAMES)
    expect([name, ofResources[name]]).toEqual([name, expect.closeTo(counters[name], 6)]);
}

function load(end: 'value' | 'error' | 'hangs' | 'undefined'): unknown {
  if (end === 'error') throw new Error('origin down');
  if (end === 'hangs') return new Promise(() => {});
  return end === 'value' ? 'v' : undefined;
}

/** Begins one operation; returns how many reads it asked for. */
function begin(
  cache: ReturnType<ReturnType<typeof countingEngine>['handle']>,
  step: Op,
  answers: Promise<unknown>[],
): number {
  const aborter = new AbortController();
  const signal = aborter.signal;
  const options = { hardTimeout: '20ms', ttl: '10s', tags: ['t'] } as const;
  if (step.op === 'get') answers.push(cache.get(step.resource, step.key));
  else if (step.op === 'getMany') answers.push(cache.getMany(step.resource, step.keys));
  else if (step.op === 'getOrSet') {
    const grace = step.grace ? ({ grace: '1h', staleWhileRevalidate: '20s', softTimeout: '5ms' } as const) : {};
    answers.push(
      cache.getOrSet(step.resource, step.key, () => load(step.ends), { ...options, ...grace, l1: step.l1, signal }),
    );
  } else if (step.op === 'getOrSetMany') {
    const many = () => {
      const value = load(step.ends);
      // Some keys are left out.
      return step.ends === 'value' ? { [step.keys[0] as string]: value } : (value as Promise<Record<string, unknown>>);
    };
    answers.push(cache.getOrSetMany(step.resource, step.keys, many, { ...options, l1: step.l1, signal }));
  } else if (step.op === 'set') answers.push(cache.set(step.resource, step.key, 'w', { ttl: '10s', grace: '1h' }));
  else if (step.op === 'delete') answers.push(cache.delete(step.resource, step.key));
  else if (step.op === 'tag') answers.push(cache.invalidateTags(['t']));
  if ('abort' in step && step.abort) setImmediate(() => aborter.abort(new Error('gone')));
  if (step.op === 'get' || step.op === 'getOrSet') return 1;
  return 'keys' in step ? step.keys.length : 0;
}

it('ends every read in exactly one of l1Hits, l2Hits and misses, by tenant and by resource, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 25 }), async (steps) => {
      const { store, registry, handle, close } = countingEngine();
      const later = ownCalendar();
      const cache = handle('a');
      const runtime = registry.get(tenantId('a'));
      await cache.usage();
      const answers: Promise<unknown>[] = [];
      let asked = 0;
      for (const step of steps) {
        if (step.op === 'fault') store.fault = step.fault;
        else if (step.op === 'later') later(11_000);
        else if (step.op === 'settle') await Promise.allSettled(answers);
        else asked += begin(cache, step, answers);
        expectIdentity(runtime.counters);
      }
      await Promise.allSettled(answers);
      // Of a caller who left, the read ends by itself.
      const deadline = performance.now() + 60_000;
      while (runtime.counters.requests < asked && performance.now() < deadline) await turn();
      expect(runtime.counters.requests).toBe(asked);
      expectIdentity(runtime.counters);
      await close();
      expectIdentity(runtime.counters);
    }),
    { numRuns: 150 },
  );
}, 300_000);

describe('what is counted', () => {
  it('a stale value is a hit of the tier that had it, and of the time of a load all of it', async () => {
    const later = ownCalendar();
    const { store, registry, handle } = countingEngine();
    const a = handle('a');
    const { counters } = registry.get(tenantId('a'));
    const keep = { ttl: '1s', grace: '1h' } as const;
    await a.getOrSet('r', 'k', () => new Promise((resolve) => setTimeout(resolve, 20, 'v')), keep);
    expect(counters.loadTimeMs).toBeGreaterThan(15);
    later(1_500);
    const failing = () => Promise.reject(new Error('origin down'));
    expect(await a.getOrSet('r', 'k', failing, keep)).toBe('v');
    expect(counters).toMatchObject({ requests: 2, l1Hits: 0, l2Hits: 1, misses: 1, staleServed: 1, loadErrors: 1 });
    store.fault = 'down';
    expect(await a.getOrSet('r', 'k', failing, keep)).toBe('v');
    expect(counters).toMatchObject({ requests: 3, l1Hits: 1, l2Hits: 1, misses: 1, staleServed: 2 });
  });

  it('crossings into a worse state are warnings, and those back are not', async () => {
    const { registry, handle } = countingEngine();
    const a = handle('a');
    const value = 'x'.repeat(90_000);
    for (let key = 0; key < 9; key++) await a.set('r', `${key}`, value);
    await a.clear();
    await a.usage();
    for (let key = 0; key < 9; key++) await a.set('r', `${key}`, value);
    const { counters } = registry.get(tenantId('a'));
    expect(counters).toMatchObject({ warnings: 2, crossedToWarning: 2, crossedToExceeded: 0, crossedToCritical: 0 });
  });

  it('a call that is refused for its names or before it began is no request', async () => {
    const { a } = memoryCache();
    await expect(a.get('r', '')).rejects.toThrow('KEY_INVALID');
    await expect(a.getOrSet('no:name', 'k', () => 1)).rejects.toThrow('RESOURCE_INVALID');
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(a.getOrSet('r', 'k', () => 1, { signal })).rejects.toThrow('gone');
    expect(a.metrics().requests).toBe(0);
  });

  it('resources past the cap share one name, and still add up', async () => {
    const { registry, handle } = countingEngine();
    const a = handle('a');
    for (let resource = 0; resource < 100; resource++) await a.getOrSet(`r${resource}`, 'k', () => 1);
    const { counters } = registry.get(tenantId('a'));
    expect(counters.resources.size).toBe(33);
    expect(counters.resources.get('(other)')?.loads).toBe(68);
    expectIdentity(counters);
  });

  it('callers who share a load are requests of their own, and the load is one', async () => {
    const { a } = memoryCache();
    const { promise, release } = gate<string>();
    const both = [a.getOrSet('r', 'k', () => promise), a.getOrSet('r', 'k', () => promise)];
    await turn();
    release('v');
    await Promise.all(both);
    expect(a.metrics()).toMatchObject({ requests: 2, misses: 2, loads: 1 });
  });
});
