import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { EntryBody, SharedStore, WriteOutcome } from '../core/contracts.js';
import { type Limits, limitsOf, type TenantSettings } from '../core/quota.js';
import { type EntryId, entryId } from '../core/resource.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import type { TestKit } from './test-kit.js';

export interface SharedStoreUnderTest {
  readonly store: SharedStore;
  /** A second process on the same data. */
  readonly other: SharedStore;
  /** Moves time on for this tenant: what was to end within `seconds` is over. */
  readonly age: (tenant: TenantId, seconds: number) => Promise<void>;
  /** Resolves once touches made so far count. */
  readonly touched: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Entries of a tenant with a 32-character id, resource `r` and a key of 2 characters take this beside the payload. */
const BESIDE_PAYLOAD_BYTES = 'tenant:{}:r:'.length + 32 + 2 + 20 + 128;
const HOUR_MS = 3_600_000;

/** What every shared store must do; `open` makes a fresh one, on data that other tests may share. */
export function sharedStoreContract(
  { describe, it }: TestKit,
  name: string,
  open: () => Promise<SharedStoreUnderTest>,
) {
  const test = (title: string, body: (under: SharedStoreUnderTest & Desk) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await body({ ...under, ...desk(under.store) });
      } finally {
        await under.close();
      }
    });

  describe(`SharedStore contract: ${name}`, () => {
    test('hands back what was written, with its times and a growing sequence', async ({ store, tenant, put }) => {
      const before = Date.now();
      const first = await put('k1', 100);
      const entry = await store.get(tenant, id('k1'));
      assert.equal(entry?.payload.length, 100);
      assert.equal(entry.ttlMs, HOUR_MS);
      assert.equal(entry.sequence, first.sequence);
      assert.ok(Math.abs(entry.createdAtMs - before) < 60_000);
      assert.ok((await put('k1', 100)).sequence > first.sequence);
    });

    test('counts key, value and bookkeeping, rounded up to 16 bytes', async ({ store, tenant, put, limits }) => {
      for (const payload of [0, 1, 14, 15, 16, 1_000]) {
        const outcome = await put('k1', payload);
        assert.equal(outcome.sizeBytes, Math.ceil((BESIDE_PAYLOAD_BYTES + payload) / 16) * 16);
        assert.equal(outcome.usedBytes, outcome.sizeBytes);
      }
      const { usedBytes, entries } = await store.settle(tenant, limits());
      assert.deepEqual({ usedBytes, entries }, { usedBytes: sizeOf(1_000), entries: 1 });
    });

    test('reads many in the order asked for', async ({ store, tenant, put }) => {
      await put('k1', 1);
      await put('k3', 3);
      const found = await store.getMany(tenant, [id('k3'), id('k2'), id('k1')]);
      assert.deepEqual(
        found.map((entry) => entry?.payload.length),
        [3, undefined, 1],
      );
      assert.deepEqual(await store.getMany(tenant, []), []);
    });

    test('deletes what is there, once', async ({ store, tenant, put, limits }) => {
      await put('k1', 1);
      assert.deepEqual([await store.delete(tenant, id('k1')), await store.delete(tenant, id('k1'))], [true, false]);
      assert.equal(await store.get(tenant, id('k1')), undefined);
      assert.equal((await store.settle(tenant, limits())).usedBytes, 0);
    });

    test('gives the bytes of an expired entry back', async ({ store, tenant, put, limits, age }) => {
      await put('k1', 100, { ttlMs: 10_000, graceMs: 20_000 });
      await age(tenant, 20);
      assert.ok(await store.get(tenant, id('k1')), 'in grace an entry is still there');
      await age(tenant, 20);
      assert.equal(await store.get(tenant, id('k1')), undefined);
      assert.equal(await store.delete(tenant, id('zz')), false);
      const settled = await store.settle(tenant, limits());
      assert.deepEqual([settled.usedBytes, settled.entries, settled.expiredEntries], [0, 0, 1]);
    });

    test('does not call a delete of an expired entry a delete', async ({ store, tenant, put, age }) => {
      await put('k1', 1, { ttlMs: 10_000 });
      await age(tenant, 20);
      assert.equal(await store.delete(tenant, id('k1')), false);
    });

    test('clears a tenant at once, gives its bytes back in rounds, and takes new entries', async (under) => {
      const { store, other, tenant, put, limits } = under;
      for (let n = 0; n < 70; n++) await put(`a${n}`, 10);
      assert.ok(await other.get(tenant, id('a1')));
      await store.clear(tenant);
      await put('k1', 10);
      assert.equal(await store.get(tenant, id('a1')), undefined);
      assert.deepEqual(await store.getMany(tenant, [id('a1'), id('a2')]), [undefined, undefined]);
      assert.equal(await store.delete(tenant, id('a3')), false);
      assert.ok(await store.get(tenant, id('k1')));
      const first = await store.settle(tenant, limits());
      assert.equal(first.more, true);
      const { usedBytes, entries } = await settleAll(store, tenant, limits());
      assert.deepEqual({ usedBytes, entries }, { usedBytes: sizeOf(10), entries: 1 });
    });

    test('a touch does not bring a cleared entry back', async ({ store, tenant, put, limits, touched }) => {
      await put('k1', 1);
      await store.clear(tenant);
      store.touch(tenant, id('k1'));
      await touched();
      assert.equal((await settleAll(store, tenant, limits())).usedBytes, 0);
    });

    test('lru: evicts the least recently used down to 90 %, never the entry written', async (under) => {
      const { store, tenant, put, limits, touched } = under;
      const quota = limits({ quotaBytes: 10 * sizeOf(100) });
      for (let n = 0; n < 10; n++) await put(`k${n}`, 100, { limits: quota });
      store.touch(tenant, id('k0'));
      await touched();
      const outcome = await put('k9', 100 + 16, { limits: quota });
      assert.deepEqual([outcome.status, outcome.evictedEntries], ['stored', 2]);
      assert.equal(outcome.evictedBytes, 2 * sizeOf(100));
      assert.ok(outcome.usedBytes <= 0.9 * quota.hardLimitBytes);
      assert.deepEqual(await present(store, tenant, 10), [0, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('ttl: evicts the soonest to expire', async ({ store, tenant, put, limits }) => {
      const quota = limits({ quotaBytes: 4 * sizeOf(100), policy: 'ttl' });
      for (const n of [2, 0, 3, 1]) await put(`k${n}`, 100, { limits: quota, ttlMs: (n + 1) * 60_000 });
      const outcome = await put('k4', 100, { limits: quota });
      assert.equal(outcome.evictedEntries, 2);
      assert.deepEqual(await present(store, tenant, 5), [2, 3, 4]);
    });

    test('reject: refuses, evicts nothing, and takes again once there is room', async ({
      store,
      tenant,
      put,
      limits,
    }) => {
      const quota = limits({ quotaBytes: 2 * sizeOf(100), policy: 'reject' });
      await put('k0', 100, { limits: quota });
      await put('k1', 100, { limits: quota });
      const refused = await put('k2', 100, { limits: quota });
      assert.deepEqual([refused.status, refused.sequence, refused.usedBytes], ['full', 0, 2 * sizeOf(100)]);
      assert.equal((await put('k1', 50, { limits: quota })).status, 'stored');
      await store.delete(tenant, id('k0'));
      assert.equal((await put('k2', 100, { limits: quota })).status, 'stored');
    });

    test('refuses what can never fit and evicts nothing for it', async ({ store, tenant, put, limits }) => {
      const quota = limits({ quotaBytes: 2 * sizeOf(100) });
      await put('k0', 100, { limits: quota });
      const refused = await put('k1', 1_000, { limits: quota });
      assert.deepEqual([refused.status, refused.evictedEntries, refused.entries], ['too-large', 0, 1]);
      assert.ok(await store.get(tenant, id('k0')));
    });

    test('refuses an entry above the largest allowed under every enforcement', async ({ put, limits }) => {
      const refused = await put('k1', 8 * 1024 * 1024, { limits: limits({ enforcement: 'off' }) });
      assert.equal(refused.status, 'too-large');
      assert.equal(refused.entries, 0);
    });

    test('overage: the limit in force is quota + overage', async ({ put, limits }) => {
      const settings = { quotaBytes: sizeOf(100), overageAllowed: true, overageLimitBytes: sizeOf(100) };
      await put('k0', 100, { limits: limits(settings) });
      assert.equal((await put('k1', 100, { limits: limits(settings) })).evictedEntries, 0);
      assert.equal((await put('k2', 100, { limits: limits(settings) })).evictedEntries, 2);
    });

    test('observe: stores all and reports what hard would have done', async ({ put, limits }) => {
      const quota = { quotaBytes: 2 * sizeOf(100), enforcement: 'observe' as const };
      const lru = limits(quota);
      await put('k0', 100, { limits: lru });
      await put('k1', 100, { limits: lru });
      const crossing = await put('k2', 100, { limits: lru });
      const goal = Math.floor(0.9 * lru.hardLimitBytes);
      assert.deepEqual([crossing.status, crossing.evictedEntries], ['stored', 0]);
      assert.equal(crossing.wouldEvictBytes, 3 * sizeOf(100) - goal);
      assert.equal((await put('k3', 100, { limits: lru })).wouldEvictBytes, sizeOf(100));
      assert.equal((await put('k3', 100, { limits: lru })).wouldEvictBytes, 0);
      assert.equal((await put('k4', 1_000, { limits: lru })).wouldReject, true);
      assert.equal((await put('k5', 1, { limits: limits({ ...quota, policy: 'reject' }) })).wouldReject, true);
    });

    test('off: stores all; soft: answers as hard does', async ({ put, limits }) => {
      const quotaBytes = 2 * sizeOf(100);
      const off = limits({ quotaBytes, enforcement: 'off' });
      for (let n = 0; n < 4; n++) assert.equal((await put(`k${n}`, 100, { limits: off })).status, 'stored');
      const soft = await put('k5', 100, { limits: limits({ quotaBytes, enforcement: 'soft' }) });
      assert.deepEqual([soft.status, soft.evictedEntries], ['stored', 4]);
    });

    test('a lowered limit converges by settling, as the preview said', async ({ store, tenant, put, limits }) => {
      for (let n = 0; n < 100; n++) await put(`a${n}`, 100);
      const lowered = limits({ quotaBytes: 10 * sizeOf(100) });
      const preview = await store.preview(tenant, lowered);
      const settled = await settleAll(store, tenant, lowered);
      assert.ok(settled.usedBytes <= lowered.hardLimitBytes);
      assert.deepEqual([preview.evictEntries, preview.evictBytes], [settled.evictedEntries, settled.evictedBytes]);
      assert.equal(preview.exact, true);
      const rejecting = await store.preview(tenant, limits({ quotaBytes: 1, policy: 'reject' }));
      assert.equal(rejecting.evictEntries, 0);
    });

    test('makes room by far more than 64 evictions in one write', async ({ put, limits }) => {
      const quota = limits({ quotaBytes: 300 * sizeOf(0) });
      for (let n = 0; n < 300; n++) await put(`${100 + n}`.slice(-2) + (n % 3), 0, { limits: quota });
      const outcome = await put('zz', 250 * sizeOf(0), { limits: quota });
      assert.equal(outcome.status, 'stored');
      assert.ok(outcome.evictedEntries > 128, `${outcome.evictedEntries} evicted`);
      assert.ok(outcome.usedBytes <= quota.hardLimitBytes);
    });

    test('one tenant neither sees nor evicts another', async ({ store, tenant, put, limits }) => {
      const neighbour = newTenant();
      const quota = limits({ quotaBytes: 2 * sizeOf(100) });
      await store.write(neighbour, id('k0'), body(100), quota);
      for (let n = 0; n < 8; n++) await put(`k${n}`, 100, { limits: quota });
      assert.equal((await store.get(neighbour, id('k0')))?.payload.length, 100);
      assert.equal(await store.get(neighbour, id('k7')), undefined);
      await store.clear(tenant);
      assert.ok(await store.get(neighbour, id('k0')));
    });

    test('keeps keys apart that only a careless grammar would mix up', async ({ store, tenant }) => {
      const long = 'x'.repeat(250);
      const keys = [
        'a:b',
        'a',
        ':',
        '~sha256:',
        `~${long}`,
        long,
        `${long}y`,
        '}',
        '{',
        '*',
        '\r\n',
        'ä'.repeat(120),
        '\u0000',
        '😀',
      ];
      for (const [n, key] of keys.entries())
        await store.write(tenant, entryId('r', key), body(n), limitsOf({ quotaBytes: 1e6 }));
      const found = await store.getMany(
        tenant,
        keys.map((key) => entryId('r', key)),
      );
      assert.deepEqual(
        found.map((entry) => entry?.payload.length),
        [...keys.keys()],
      );
    });

    test('writes of one tick each get their own answer', async ({ store, limits }) => {
      const tenants = Array.from({ length: 9 }, newTenant);
      const writes = Array.from({ length: 90 }, (_, n) => ({
        tenant: tenants[n % 9] as TenantId,
        key: `k${n % 10}`,
        bytes: n,
      }));
      const outcomes = await Promise.all(
        writes.map(({ tenant, key, bytes }) => store.write(tenant, id(key), body(bytes * 16), limits())),
      );
      for (const [n, outcome] of outcomes.entries())
        assert.equal(outcome.sizeBytes, sizeOf((writes[n]?.bytes ?? 0) * 16));
      for (const { tenant, key, bytes } of writes) {
        assert.equal((await store.get(tenant, id(key)))?.payload.length, bytes * 16);
      }
    });

    test('is ready and up', async ({ store }) => {
      await store.ready();
      assert.equal(store.state(), 'up');
    });
  });
}

interface Desk {
  readonly tenant: TenantId;
  readonly limits: (settings?: Partial<TenantSettings>) => Limits;
  readonly put: (
    key: string,
    payloadBytes: number,
    options?: { limits?: Limits; ttlMs?: number; graceMs?: number },
  ) => Promise<WriteOutcome>;
}

function desk(store: SharedStore): Desk {
  const tenant = newTenant();
  const limits = (settings: Partial<TenantSettings> = {}) => limitsOf({ quotaBytes: 1e9, ...settings });
  return {
    tenant,
    limits,
    put: (key, payloadBytes, options = {}) =>
      store.write(tenant, id(key), body(payloadBytes, options.ttlMs, options.graceMs), options.limits ?? limits()),
  };
}

function newTenant(): TenantId {
  return tenantId(randomUUID().replaceAll('-', ''));
}

function id(key: string): EntryId {
  return entryId('r', key);
}

function body(payloadBytes: number, ttlMs = HOUR_MS, graceMs = 0): EntryBody {
  return { payload: Buffer.alloc(payloadBytes, 7), ttlMs, graceMs };
}

function sizeOf(payloadBytes: number): number {
  return Math.ceil((BESIDE_PAYLOAD_BYTES + payloadBytes) / 16) * 16;
}

async function present(store: SharedStore, tenant: TenantId, count: number): Promise<number[]> {
  const found = await store.getMany(
    tenant,
    Array.from({ length: count }, (_, n) => id(`k${n}`)),
  );
  return found.flatMap((entry, n) => (entry ? [n] : []));
}

async function settleAll(store: SharedStore, tenant: TenantId, limits: Limits) {
  let evictedEntries = 0;
  let evictedBytes = 0;
  for (;;) {
    const round = await store.settle(tenant, limits);
    evictedEntries += round.evictedEntries;
    evictedBytes += round.evictedBytes;
    if (!round.more) return { ...round, evictedEntries, evictedBytes };
  }
}
