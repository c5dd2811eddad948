import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sealer } from '../../../src/core/contracts.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import {
  type WriteBehindItem,
  type WriteBehindOptions,
  writeBehindSettings,
} from '../../../src/core/write-behind-options.js';
import { MemoryDurableQueue } from '../../../src/testing/memory-durable-queue.js';
import { until } from '../../fakes/redis-process.js';
import { writeBehindProcess } from '../../fakes/write-behind-cache.js';

describe('WriteBehind', () => {
  let tenant: string;
  let queue: MemoryDurableQueue;
  let closing: (() => Promise<void>)[];
  const id = (key: string) => entryId('r', key);

  beforeEach(() => {
    tenant = randomUUID();
    queue = new MemoryDurableQueue();
    closing = [];
  });
  afterEach(() => Promise.all(closing.map((close) => close())));

  const open = (options: WriteBehindOptions, parts: Parameters<typeof writeBehindProcess>[2] = {}, on = queue) => {
    const process = writeBehindProcess(on, { drainTimeout: 0, ...options }, parts);
    closing.push(() => process.writeBehind.close());
    process.writeBehind.start();
    return process;
  };
  const gate = () => {
    let open!: () => void;
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { promise, open };
  };

  it('acknowledges what is queued and readable, and persists it afterwards', async () => {
    const { promise, open: letGo } = gate();
    const items: WriteBehindItem[] = [];
    const { write, cache, writeBehind } = open({
      persist: async (item) => {
        items.push(item);
        await promise;
      },
    });
    const value = { at: new Date(0), of: new Map([['k', 1n]]) };
    const result = await write(tenant, 'k', value);
    expect(result).toMatchObject({ stored: true, id: expect.stringMatching(/^\d+$/) });
    expect(cache.get(tenantId(tenant), id('k'))).toBe(value);
    await until(() => items.length === 1);
    expect(items[0]).toEqual({
      tenantId: tenant,
      resource: 'r',
      key: 'k',
      value,
      id: result.id,
      sequence: Number(result.id),
      attempt: 1,
      enqueuedAtMs: expect.any(Number),
    });
    expect(await writeBehind.pending(tenant)).toMatchObject({ items: 1, deadLetters: 0 });
    letGo();
    await until(async () => (await writeBehind.pending(tenant)).items === 0);
    expect(writeBehind.counters).toEqual({ queued: 1, refused: 0, persisted: 1, failed: 0, buried: 0 });
    expect(cache.get(tenantId(tenant), id('k'))).toBe(value);
  });

  it.each(['quota', 'store'] as const)(
    'where the %s keeps a value out, no old one stays and the queue tells it',
    async (refuses) => {
      const { promise, open: letGo } = gate();
      const { write, cache, writeBehind } = open({ persist: () => promise });
      await write(tenant, 'k', 'old');
      cache.refuses = refuses;
      expect(await write(tenant, 'k', 'new')).toMatchObject({ stored: false });
      expect(cache.get(tenantId(tenant), id('k'))).toBeUndefined();
      expect(await writeBehind.waiting(tenantId(tenant), [id('none'), id('k')])).toEqual(new Map([[id('k'), 'new']]));
      letGo();
      await until(async () => (await writeBehind.waiting(tenantId(tenant), [id('k')])).size === 0);
    },
  );

  it('refuses what the bounds do not allow, and changes nothing', async () => {
    const { write, cache, writeBehind, events } = open({ persist: async () => {}, consume: false, maxQueuedItems: 1 });
    await write(tenant, 'k', 'first');
    await expect(write(tenant, 'k', 'second')).rejects.toMatchObject({ code: 'WRITE_BEHIND_FULL', status: 507 });
    expect(cache.get(tenantId(tenant), id('k'))).toBe('first');
    await expect(write(tenant, 'k', () => {})).rejects.toMatchObject({ code: 'VALUE_NOT_CACHEABLE' });
    expect(await writeBehind.pending(tenant)).toMatchObject({ items: 1 });
    expect([writeBehind.counters.refused, events]).toEqual([1, []]);
    // One tenant's full queue is nobody else's.
    await write(randomUUID(), 'k', 'v');
  });

  it('keeps the order of each key, whatever fails, and lets no key hold up another', async () => {
    const persisted = new Map<string, number[]>();
    let [running, most] = [0, 0];
    const busy = new Set<string>();
    const { write } = open({
      maxAttempts: 1_000,
      concurrencyPerTenant: 3,
      persist: async ({ key, value, attempt }) => {
        expect(busy.has(key)).toBe(false);
        busy.add(key);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        busy.delete(key);
        if (key === 'stuck' && !persisted.has('end')) throw new Error('not yet');
        if (attempt === 1 && (value as number) % 7 === 0) throw new Error('once');
        persisted.set(key, [...(persisted.get(key) ?? []), value as number]);
      },
    });
    const keys = ['stuck', 'a', 'b', 'c', 'd'];
    for (let n = 0; n < 20; n++) await Promise.all(keys.map((key) => write(tenant, key, n)));
    await until(() => ['a', 'b', 'c', 'd'].every((key) => persisted.get(key)?.length === 20));
    expect(persisted.has('stuck')).toBe(false);
    await write(tenant, 'end', 0);
    await until(() => persisted.get('stuck')?.length === 20);
    for (const key of keys) expect(persisted.get(key)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(most).toBe(3);
  });

  it('bounds the calls of a process, and shares them between tenants', async () => {
    const { promise, open: letGo } = gate();
    const started: string[] = [];
    const { write } = open({
      concurrency: 4,
      concurrencyPerTenant: 3,
      persist: async ({ tenantId: of }) => {
        started.push(of);
        await promise;
      },
    });
    const other = randomUUID();
    for (let n = 0; n < 5; n++) await write(tenant, `k${n}`, n);
    await until(() => started.length === 3);
    for (let n = 0; n < 5; n++) await write(other, `k${n}`, n);
    await until(() => started.length === 4);
    expect(started.filter((of) => of === other)).toHaveLength(1);
    letGo();
    await until(() => started.length === 10);
  });

  it('gives up after the last attempt: the letter is kept, the cache drops the value, a replay brings it back', async () => {
    let away = true;
    const { write, cache, writeBehind, events } = open({
      maxAttempts: 3,
      persist: async ({ key }) => {
        if (away && key === 'k') throw Object.assign(new Error('with a secret'), { code: 'ECONNREFUSED' });
      },
    });
    const { id: letter } = await write(tenant, 'k', 'v');
    await until(async () => (await writeBehind.pending(tenant)).deadLetters === 1);
    await until(() => cache.get(tenantId(tenant), id('k')) === undefined);
    expect(await writeBehind.deadLetters(tenant)).toEqual([
      {
        id: letter,
        resource: 'r',
        key: 'k',
        attempts: 3,
        reason: 'ECONNREFUSED',
        enqueuedAtMs: expect.any(Number),
        failedAtMs: expect.any(Number),
      },
    ]);
    expect(await writeBehind.deadValue(tenant, letter)).toBe('v');
    expect(await writeBehind.deadValue(tenant, '1')).toBeUndefined();
    const failure = { type: 'write-behind-failure', tenant, resource: 'r', reason: 'ECONNREFUSED' };
    expect(events).toEqual([1, 2, 3].map((attempt) => ({ ...failure, attempt, dead: attempt === 3 })));
    expect(await writeBehind.replay(tenant, [letter, '1'])).toBe(1);
    await until(async () => (await writeBehind.pending(tenant)).deadLetters === 1);
    away = false;
    const [again] = await writeBehind.deadLetters(tenant);
    expect(await writeBehind.replay(tenant, [again?.id as string])).toBe(1);
    await until(async () => writeBehind.counters.persisted === 1);
    expect(await writeBehind.pending(tenant)).toEqual({ items: 0, deadLetters: 0, bytes: 0 });
    await expect(writeBehind.discard(tenant, ['x'])).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('a value that cannot be read is a dead letter at once; one moved from another entry cannot be read', async () => {
    const key = randomBytes(32);
    const aad = (context: object) => Buffer.from(JSON.stringify(context));
    const sealer: Sealer = {
      seal(payload, context) {
        const iv = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad(context));
        return Buffer.concat([iv, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
      },
      open(sealed, context) {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
        decipher.setAAD(aad(context)).setAuthTag(sealed.subarray(-16));
        return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      },
    };
    const persisted: unknown[] = [];
    const persist = async ({ value }: WriteBehindItem) => void persisted.push(value);
    const owner = tenantId(tenant);
    const { writeBehind, write } = writeBehindProcess(queue, { persist, drainTimeout: 0 }, { sealer });
    closing.push(() => writeBehind.close());
    await write(tenant, 'k', 'secret value');
    const [payload] = await queue.newest(owner, [id('k')]);
    expect(String(payload)).not.toContain('secret');
    const bounds = { maxBytes: 1e6, maxItems: 10, coalesce: false };
    await queue.append(owner, id('moved'), payload as Buffer, bounds);
    await queue.append(owner, id('plain'), Buffer.from('\0"planted"'), bounds);
    expect(await writeBehind.waiting(owner, [id('moved'), id('plain'), id('k')])).toEqual(
      new Map([[id('k'), 'secret value']]),
    );
    writeBehind.start();
    await until(async () => (await writeBehind.pending(tenant)).deadLetters === 2);
    await until(() => persisted.length === 1);
    expect(persisted).toEqual(['secret value']);
    expect((await writeBehind.deadLetters(tenant)).map(({ reason, attempts }) => [reason, attempts])).toEqual([
      ['unreadable', 1],
      ['unreadable', 1],
    ]);
  });

  it('coalesced, the last value of a key is persisted, not each', async () => {
    const { promise, open: letGo } = gate();
    const persisted: unknown[] = [];
    const { write, writeBehind } = open({
      coalesce: true,
      persist: async ({ value }) => {
        await promise;
        persisted.push(value);
      },
    });
    for (let n = 0; n < 50; n++) await write(tenant, 'k', n);
    letGo();
    await until(async () => (await writeBehind.pending(tenant)).items === 0);
    expect(persisted.length).toBeLessThanOrEqual(2);
    expect(persisted.at(-1)).toBe(49);
  });

  it('the cache shows the write that was queued last, whichever of two processes comes to it last', async () => {
    const near = open({ persist: async () => {}, consume: false });
    const far = open({ persist: async () => {}, consume: false }, { cache: near.cache }, queue.sibling());
    const owner = tenantId(tenant);
    const { promise, open: letGo } = gate();
    const steps = near.cache.steps(owner, id('k'), 'first');
    const late = { ...steps, set: () => promise.then(steps.set) };
    const first = near.writeBehind.write(owner, id('k'), 'first', late);
    await until(async () => (await near.writeBehind.pending(tenant)).items === 1);
    await far.write(tenant, 'k', 'second');
    letGo();
    expect(await first).toMatchObject({ stored: false });
    expect(near.cache.get(owner, id('k'))).toBeUndefined();
    expect(await near.writeBehind.waiting(owner, [id('k')])).toEqual(new Map([[id('k'), 'second']]));
  });

  it('a value is not persisted before its own writer has told the cache', async () => {
    const persisted: unknown[] = [];
    const { cache, write, writeBehind } = open({ persist: async ({ value }) => void persisted.push(value) });
    const owner = tenantId(tenant);
    const { promise, open: letGo } = gate();
    const steps = cache.steps(owner, id('k'), 'v');
    const writing = writeBehind.write(owner, id('k'), 'v', { ...steps, set: () => promise.then(steps.set) });
    // Another write brings the consumer to the queue.
    await write(tenant, 'other', 'other');
    await until(() => writeBehind.counters.persisted === 1);
    expect(persisted).toEqual(['other']);
    letGo();
    expect(await writing).toMatchObject({ stored: true });
    await until(() => persisted.length === 2);
    expect(cache.get(owner, id('k'))).toBe('v');
  });

  it('a writer that dies between the queue and the cache leaves no old value once its write is persisted', async () => {
    const { cache, write, writeBehind } = open({ persist: async () => {} });
    await write(tenant, 'k', 'old');
    await until(() => writeBehind.counters.persisted === 1);
    const dead = writeBehindProcess(queue.sibling(), { persist: async () => {}, consume: false });
    const owner = tenantId(tenant);
    const never = { ...cache.steps(owner, id('k'), 'new'), set: () => new Promise<never>(() => {}) };
    void dead.writeBehind.write(owner, id('k'), 'new', never);
    await until(() => writeBehind.counters.persisted === 2);
    expect(cache.get(owner, id('k'))).toBeUndefined();
  });

  it('drains on close, within its time, and what it breaks off counts as no attempt', async () => {
    const persisted: unknown[] = [];
    const first = open({
      drainTimeout: '5s',
      concurrency: 1,
      persist: async ({ value }) => void persisted.push(value),
    });
    for (let n = 0; n < 30; n++) await first.write(tenant, `k${n % 3}`, n);
    await first.writeBehind.close();
    expect(persisted).toHaveLength(30);

    let [started, aborted] = [0, 0];
    const hanging = open({
      drainTimeout: 1,
      persist: (_, { signal }) => {
        started++;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted++;
            reject(new Error('aborted'));
          });
        });
      },
    });
    await hanging.write(tenant, 'k', 'left');
    await until(() => started === 1);
    await hanging.writeBehind.close();
    const attempts: number[] = [];
    const next = open({ persist: async ({ attempt }) => void attempts.push(attempt) }, {}, queue.sibling());
    await until(() => next.writeBehind.counters.persisted === 1);
    expect([started, aborted, attempts]).toEqual([1, 1, [1]]);
  });

  it.each([
    [{ persist: undefined }, /persist/],
    [{ persist: async () => {}, retries: 1 }, /retries/],
    [{ persist: async () => {}, maxAttempts: 0 }, /maxAttempts/],
    [{ persist: async () => {}, concurrency: 1.5 }, /concurrency/],
    [{ persist: async () => {}, backoff: { first: '2m', max: '1m' } }, /backoff.max/],
    [{ persist: async () => {}, timeout: '11m' }, /timeout/],
    [{ persist: async () => {}, coalesce: 1 }, /coalesce/],
    [{ persist: async () => {}, maxQueuedBytes: Number.NaN }, /maxQueuedBytes/],
  ])('refuses options off their range (%#)', (options, message) => {
    expect(() => writeBehindSettings(options as unknown as WriteBehindOptions)).toThrow(message);
  });
});
