import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { WriteOrder } from '../../../src/cache/write-order.js';
import { writeThrough } from '../../../src/cache/write-through.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { FakeCache } from '../../fakes/write-behind-cache.js';

describe('writeThrough', () => {
  const tenant = tenantId(randomUUID());
  const id = entryId('r', 'k');
  const open = () => {
    const cache = new FakeCache();
    cache.values.set(`${tenant} ${id}`, 'old');
    return cache;
  };

  it('persists first: while that goes on the cache is as it was, then it has the value', async () => {
    const cache = open();
    const seen: unknown[] = [];
    const result = await writeThrough(cache.steps(tenant, id, 'new'), async () => {
      await Promise.resolve();
      seen.push(cache.get(tenant, id));
    });
    expect([seen, result.stored, cache.get(tenant, id)]).toEqual([['old'], true, 'new']);
  });

  it('changes nothing in the cache where persisting fails, and passes the error on', async () => {
    const cache = open();
    const failure = new Error('source is away');
    const failing = () => {
      throw failure;
    };
    await expect(writeThrough(cache.steps(tenant, id, 'new'), failing)).rejects.toBe(failure);
    await expect(writeThrough(cache.steps(tenant, id, 'new'), () => Promise.reject(failure))).rejects.toBe(failure);
    expect([cache.get(tenant, id), cache.invalidated]).toEqual(['old', []]);
  });

  it.each(['quota', 'store'] as const)('leaves no old value where the %s keeps the new one out', async (refuses) => {
    const cache = open();
    cache.refuses = refuses;
    const result = await writeThrough(cache.steps(tenant, id, 'new'), () => {});
    expect([result.stored, cache.get(tenant, id)]).toEqual([false, undefined]);
  });

  it('voids loads before and after the source changes', async () => {
    const cache = open();
    const told: string[] = [];
    const steps = {
      ...cache.steps(tenant, id, 'new'),
      voidLoads: () => void told.push('void'),
    };
    await writeThrough(steps, () => void told.push('persist'));
    expect(told).toEqual(['void', 'persist', 'void']);
  });
});

describe('WriteOrder', () => {
  const tenant = tenantId(randomUUID());
  const [a, b] = [entryId('r', 'a'), entryId('r', 'b')];

  it('runs the writes of an entry one after the other, a failed one too, and others beside them', async () => {
    const order = new WriteOrder();
    const told: string[] = [];
    let open!: () => void;
    const first = order.run(tenant, a, async () => {
      await new Promise<void>((resolve) => {
        open = resolve;
      });
      told.push('a1');
      throw new Error('failed');
    });
    const second = order.run(tenant, a, async () => void told.push('a2'));
    await order.run(tenant, b, async () => void told.push('b'));
    await order.run(tenantId(randomUUID()), a, async () => void told.push('another tenant'));
    const pending = order.pending(tenant, a);
    open();
    await expect(first).rejects.toThrow('failed');
    await second;
    await pending;
    expect(told).toEqual(['b', 'another tenant', 'a1', 'a2']);
    expect([order.pending(tenant, a), order.pending(tenant, b)]).toEqual([undefined, undefined]);
  });
});
