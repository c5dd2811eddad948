import { afterEach, describe, expect, it } from '@jest/globals';
import { type TenantLookup, TenantRegistry } from '../../../src/cache/tenant-registry.js';
import type { TenantRecord } from '../../../src/core/directory.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { defineResource } from '../../../src/index.js';
import { closeCaches, gate, memoryCache, ownCalendar, turn } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

describe('a stale value that a load under way holds for its callers', () => {
  it('is not answered after a tag took it away, neither on the soft timeout nor on a failure', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    const keep = { ttl: '10s', grace: '1h', softTimeout: 5 } as const;
    await a.getOrSet('r', 'k', () => 'old', { ...keep, tags: ['t'] });
    later(11_000);
    const { promise, fail } = gate<string>();
    expect(await a.getOrSet('r', 'k', () => promise, keep)).toBe('old');
    await a.invalidateTags(['t']);
    const after = a.getOrSet('r', 'k', () => 'new', keep);
    fail(new Error('origin down'));
    await expect(after).rejects.toThrow('origin down');
  });
});

describe('a caller that leaves', () => {
  it('is told at once, also while L2 is being read, and its load is not begun', async () => {
    const { a } = memoryCache();
    await a.usage();
    for (const ask of [
      (signal: AbortSignal) => a.getOrSet('r', 'k', () => new Promise(() => {}), { signal }),
      (signal: AbortSignal) => a.getOrSetMany('r', ['1', '2'], () => new Promise<Map<string, 1>>(() => {}), { signal }),
    ]) {
      const leaver = new AbortController();
      const answer = ask(leaver.signal);
      leaver.abort(new Error('gone'));
      await expect(answer).rejects.toThrow('gone');
    }
    await turn();
    expect(a.metrics().loads).toBe(0);
  });

  it('takes nobody with it who comes right after', async () => {
    const { a } = memoryCache();
    const leaver = new AbortController();
    const left = a.getOrSet('r', 'k', () => new Promise(() => {}), { signal: leaver.signal });
    await turn();
    leaver.abort(new Error('gone'));
    const next = a.getOrSet('r', 'k', () => 'v');
    await expect(left).rejects.toThrow('gone');
    expect(await next).toBe('v');
  });
});

it('a load that was given up for want of callers is no failure of its source', async () => {
  const { a } = memoryCache();
  const leaver = new AbortController();
  const left = a.getOrSet('r', 'k', () => new Promise(() => {}), { signal: leaver.signal, errorTtl: '10s' });
  await turn();
  leaver.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await turn();
  expect(await a.getOrSet('r', 'k', () => 'v', { errorTtl: '10s' })).toBe('v');
});

it('the error of a load that an invalidation voided is not repeated', async () => {
  const { a } = memoryCache();
  const { promise, fail } = gate<string>();
  const failing = a.getOrSet('r', 'k', () => promise, { errorTtl: '10s' });
  await turn();
  await a.delete('r', 'k');
  fail(new Error('row missing'));
  await expect(failing).rejects.toThrow('row missing');
  expect(await a.getOrSet('r', 'k', () => 'v', { errorTtl: '10s' })).toBe('v');
});

it('what is to stay out of L1 is not read from it either', async () => {
  const { a } = memoryCache();
  const balance = defineResource<number>('balance', { l1: false });
  await a.set('balance', 'k', 1);
  await a.get('balance', 'k');
  const before = a.metrics().l1Hits;
  await a.get(balance, 'k');
  await a.getMany(balance, ['k']);
  await a.getOrSet(balance, 'k', () => 2);
  await a.getOrSet('balance', 'k', () => 2, { l1: false });
  await a.getOrSetMany('balance', ['k'], () => ({ k: 2 }), { l1: false });
  expect(a.metrics().l1Hits).toBe(before);
});

it('handles of a tenant whose settings could not be read at first share what is under way', async () => {
  const tenant = tenantId('t');
  let away = true;
  const lookup: TenantLookup = {
    peek: () => undefined,
    find: async () => {
      if (away) throw new Error('away');
      return { tenantId: tenant, settings: { quotaBytes: 1 }, suspended: false } as TenantRecord;
    },
  };
  const local = { follow: async () => {}, partition: () => ({ get: () => undefined }) };
  const registry = new TenantRegistry(lookup, local, async () => {});
  const held = registry.get(tenant);
  await expect(registry.open(tenant)).rejects.toThrow('away');
  expect([...registry.all()]).toEqual([]);
  away = false;
  expect(await registry.open(tenant)).toBe(held);
  expect(registry.get(tenant)).toBe(held);
  expect([...registry.all()]).toEqual([held]);
});
