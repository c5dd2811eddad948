import { afterEach, describe, expect, it } from '@jest/globals';
import { defineResource } from '../../../src/index.js';
import { closeCaches, memoryCache } from '../../fakes/memory-cache.js';

const SETTINGS = { quotaBytes: 2_400, policy: 'hybrid' } as const;
const KEYS = Array.from({ length: 20 }, (_, n) => `k${n}`);

describe('the priority of an entry', () => {
  afterEach(closeCaches);

  it('is of the call, else of the resource, else 0, and decides what is evicted under hybrid', async () => {
    const { a } = memoryCache({ l1: false, tenants: { default: SETTINGS } });
    const important = defineResource<number>('r', { priority: 3 });
    await a.set(important, 'first', 1);
    await a.set(important, 'second', 1, { priority: 0 });
    await a.set('r', 'third', 1, { priority: 3 });
    await a.getOrSet(important, 'fourth', () => 1);
    for (const key of KEYS) await a.set('r', key, 1);
    const left = await a.getMany('r', ['first', 'second', 'third', 'fourth', 'k0']);
    expect([...left.keys()]).toEqual(['first', 'third', 'fourth']);
  });

  it.each([-1, 4, 1.5, '1', Number.NaN, null])('is refused where it is %p', async (priority) => {
    const { a } = memoryCache();
    expect(() => defineResource('r', { priority: priority as never })).toThrow(/priority/);
    await expect(a.set('r', 'k', 1, { priority: priority as never })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
