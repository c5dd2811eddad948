import assert from 'node:assert/strict';
import type { EntryBody, SharedStore } from '../core/contracts.js';
import type { BrowseOptions, ListedEntry } from '../core/entries.js';
import { entryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import type { StoreUpkeep } from '../core/upkeep.js';
import { body, id, newTenant, present, sizeOf } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

export interface UpkeepUnderTest {
  readonly store: SharedStore;
  /** Two processes on the same data. */
  readonly near: StoreUpkeep;
  readonly far: StoreUpkeep;
  /** Lets an hour pass for the tenant's place on the roll. */
  readonly ageEnrolment: (tenant: TenantId) => Promise<void>;
  /** Lets seconds pass for the tenant's entries. */
  readonly age: (tenant: TenantId, seconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const LIMITS = { quotaBytes: 1e9, hardLimitBytes: 1e9, policy: 'lru', enforcement: 'hard' } as const;

/** What the upkeep of every store must do. */
export function upkeepContract({ describe, it }: TestKit, name: string, open: () => Promise<UpkeepUnderTest>): void {
  const test = (title: string, work: (under: UpkeepUnderTest & { tenant: TenantId }) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await work({ ...under, tenant: newTenant() });
      } finally {
        await under.close();
      }
    });
  const put = ({ store }: UpkeepUnderTest, tenant: TenantId, key: string) =>
    store.write(tenant, id(key), body(100), LIMITS);

  describe(`StoreUpkeep: ${name}`, () => {
    test('keeps on the roll whoever was enrolled, once, however often', async ({ near, far }) => {
      const tenants = Array.from({ length: 700 }, newTenant);
      await Promise.all([near.enrol(tenants), far.enrol(tenants)]);
      await near.enrol([]);
      const seen = await wholeRoll(far);
      assert.deepEqual(
        tenants.filter((tenant) => !seen.includes(tenant)),
        [],
      );
    });

    test('forgets a tenant with all it has: the next of its id begins with nothing and a new account', async (under) => {
      const { near, far, store, tenant } = under;
      const other = newTenant();
      await put(under, other, 'k0');
      for (let n = 0; n < 60; n++) {
        await Promise.all(
          Array.from({ length: 20 }, (_, k) =>
            store.write(tenant, id(`k${n * 20 + k}`), { ...body(100), tags: ['t'] }, LIMITS),
          ),
        );
      }
      const lease = await store.lease(tenant, id('loading'), { seenSequence: 0, ttlMs: 60_000 });
      await store.invalidate(tenant, [{ tag: 'none' }]);
      const before = await store.settle(tenant, LIMITS);
      assert.equal(before.entries, 1_200);
      assert.deepEqual(await near.forget(tenant), { entries: 1_200, bytes: before.usedBytes });
      for (const key of ['k0', 'k1199']) assert.equal(await store.get(tenant, id(key)), undefined);
      assert.ok(lease.kind === 'granted');
      assert.equal((await store.write(tenant, id('loading'), body(100), LIMITS, lease.lease)).status, 'void');
      assert.deepEqual(await far.forget(tenant), { entries: 0, bytes: 0 });
      const after = await store.settle(tenant, LIMITS);
      assert.deepEqual([after.usedBytes, after.entries, after.meters.byteMs, after.meters.peakBytes], [0, 0, 0, 0]);
      assert.ok(after.meters.sinceMs >= before.meters.sinceMs);
      const written = await put(under, tenant, 'k0');
      assert.ok(written.status === 'stored' && written.entries === 1);
      assert.ok(await store.get(tenant, id('k0')));
      assert.ok(await store.get(other, id('k0')));
    });

    test('strikes only who has nothing and was not enrolled for an hour', async (under) => {
      const { near, far, store, tenant, ageEnrolment } = under;
      assert.equal(await near.strike(tenant), false);
      await near.enrol([tenant]);
      assert.equal(await far.strike(tenant), false);
      await put(under, tenant, 'k0');
      await ageEnrolment(tenant);
      assert.equal(await far.strike(tenant), false);
      await store.delete(tenant, id('k0'));
      assert.equal(await far.strike(tenant), true);
      assert.equal((await wholeRoll(near)).includes(tenant), false);
      await near.enrol([tenant]);
      assert.equal((await wholeRoll(far)).includes(tenant), true);
    });

    test('a reconcile of what is sound changes nothing', async (under) => {
      const { near, store, tenant } = under;
      for (let n = 0; n < 10; n++) await put(under, tenant, `k${n}`);
      const before = await store.settle(tenant, LIMITS);
      let cursor: string | undefined;
      let compared = false;
      do {
        const step = await near.reconcile(tenant, { cursor, fence: 3, orphans: true });
        assert.deepEqual([step.ghosts, step.orphans, step.repaired, step.driftBytes], [0, 0, 0, 0]);
        ({ cursor } = step);
        compared ||= step.compared;
      } while (cursor !== undefined);
      assert.ok(compared);
      assert.equal((await store.settle(tenant, LIMITS)).usedBytes, before.usedBytes);
      assert.equal((await present(store, tenant, 10)).length, 10);
    });

    test('tells of each entry that expired once, in a reconcile or where it is settled', async (under) => {
      const { near, far, store, tenant, age } = under;
      await Promise.all(
        Array.from({ length: 30 }, (_, n) => store.write(tenant, id(`k${n}`), { ...body(100), ttlMs: 5_000 }, LIMITS)),
      );
      await put(under, tenant, 'kept');
      await age(tenant, 10);
      let told = 0;
      for (const upkeep of [near, far]) {
        let cursor: string | undefined;
        do {
          const step = await upkeep.reconcile(tenant, { cursor, orphans: true });
          assert.deepEqual([step.ghosts, step.repaired, step.driftBytes], [0, 0, 0]);
          told += step.expiredEntries;
          ({ cursor } = step);
        } while (cursor !== undefined);
      }
      const { expiredEntries, entries } = await store.settle(tenant, LIMITS);
      assert.deepEqual([told + expiredEntries, entries], [30, 1]);
    });

    test('refuses a fence below the greatest seen; what is asked on demand has none', async (under) => {
      const { near, far, tenant } = under;
      await put(under, tenant, 'k0');
      await near.reconcile(tenant, { fence: 8, orphans: false });
      await assert.rejects(far.reconcile(tenant, { fence: 7, orphans: false }), { code: 'UPKEEP_FENCED' });
      await far.reconcile(tenant, { orphans: false });
      await far.reconcile(tenant, { fence: 8, orphans: false });
      await far.reconcile(tenant, { fence: 9, orphans: false });
      await assert.rejects(near.reconcile(tenant, { fence: 8, orphans: false }), { code: 'UPKEEP_FENCED' });
    });

    test('tells where a tenant is, and what its nodes have evicted', async (under) => {
      const { near, tenant } = under;
      const { usedBytes } = await put(under, tenant, 'k0');
      const placed = await near.placement(tenant);
      assert.deepEqual([placed.usedBytes, placed.entries, placed.node], [usedBytes, 1, near.nodeOf(tenant)]);
      assert.equal(typeof (await near.serverEvictions()).get(placed.node), 'number');
    });

    test('tells of its servers how they are', async ({ near, far }) => {
      const health = await near.health();
      assert.deepEqual([health.state, health.bypassed, (await far.health()).kind], ['up', false, health.kind]);
      for (const { state, breaker, pingMs, info } of health.nodes) {
        assert.deepEqual(
          [state, breaker, (pingMs ?? -1) >= 0, (info?.memoryBytes ?? 0) > 0],
          ['up', 'closed', true, true],
        );
      }
    });

    test('lists what a reader sees of an entry', async (under) => {
      const { near, far, store, tenant } = under;
      await store.write(tenant, id('k0'), { ...body(100), ttlMs: 60_000, graceMs: 5_000, tags: ['t'] }, LIMITS);
      await store.write(tenant, id('k1'), body(100), LIMITS);
      const { items, asOfMs, unnamed } = await far.browse(tenant, { count: 10 });
      const [first, second] = byKey(items);
      const { createdAtMs } = (await store.get(tenant, id('k0'))) as { createdAtMs: number };
      const sizeBytes = sizeOf(100 + 6 + 2 + 1);
      const times = { createdAtMs, freshUntilMs: createdAtMs + 60_000, expiresAtMs: createdAtMs + 65_000 };
      assert.deepEqual(first, { resource: 'r', key: 'k0', sizeBytes, ...times });
      assert.deepEqual(
        [second?.key, second?.sizeBytes, second?.expiresAtMs],
        ['k1', sizeOf(100), second?.freshUntilMs],
      );
      assert.ok(Math.abs(asOfMs - createdAtMs) < 60_000);
      assert.deepEqual([items.length, unnamed, (await near.browse(newTenant(), { count: 10 })).items], [2, 0, []]);
    });

    test('lists nothing that a reader would not see', async (under) => {
      const { near, store, tenant, age } = under;
      const write = (key: string, options: Partial<EntryBody> = {}) =>
        store.write(tenant, id(key), { ...body(10), ...options }, LIMITS);
      await write('short', { ttlMs: 5_000 });
      await write('in-grace', { ttlMs: 5_000, graceMs: 600_000 });
      await write('tagged', { tags: ['gone'] });
      await write('pre-fixed');
      await write('deleted');
      await write('kept', { tags: ['kept'] });
      await store.invalidate(tenant, [
        { tag: 'gone' },
        { resource: 'r', prefix: 'pre-' },
        { resource: 'other', prefix: '' },
      ]);
      await store.delete(tenant, id('deleted'));
      await age(tenant, 10);
      assert.deepEqual(await keysOf(near, tenant, { count: 3 }), ['in-grace', 'kept']);
      await store.clear(tenant);
      assert.deepEqual(await keysOf(near, tenant, { count: 3 }), []);
      await write('after');
      assert.deepEqual(await keysOf(near, tenant, { count: 3 }), ['after']);
    });

    test('lists by resource and by what keys begin with, to the letter', async (under) => {
      const { near, store, tenant } = under;
      const names = [
        'a',
        'a*',
        'a*b',
        'a?c',
        'ab',
        'a[b]',
        'a\\b',
        'A',
        'a/b',
        'ä€😀',
        '*',
        '.*',
        'a:b',
        '^a',
        '%61',
        '\n',
      ];
      const ids = [
        ...names.map((key) => entryId('r', key)),
        entryId('ra', 'a'),
        entryId('r.a', 'a'),
        entryId('R', 'a'),
      ];
      for (const each of ids) await store.write(tenant, each, body(10), LIMITS);
      for (const prefix of [...names, '', 'a:', 'zz', '[a-z]', '\\', 'r:a']) {
        const expected = names.filter((name) => name.startsWith(prefix)).sort();
        assert.deepEqual(await keysOf(near, tenant, { resource: 'r', prefix, count: 5 }), expected, prefix);
      }
      for (const resource of ['ra', 'r.a', 'R']) {
        assert.deepEqual(await keysOf(near, tenant, { resource, count: 5 }), ['a']);
      }
      assert.deepEqual(await keysOf(near, tenant, { resource: 'none', count: 5 }), []);
      assert.deepEqual(await keysOf(near, tenant, { count: 5 }), names.toSorted());
    });

    test('lists all that lives from the first page to the last, and nothing of another tenant', async (under) => {
      const { near, far, store, tenant } = under;
      const other = newTenant();
      const stay = Array.from({ length: 1_200 }, (_, n) => `stay${n}`);
      const change = Array.from({ length: 600 }, (_, n) => `change${n}`);
      const put = (to: TenantId, keys: readonly string[], payload = 10) =>
        Promise.all(keys.map((key) => store.write(to, id(key), body(payload), LIMITS)));
      await put(tenant, [...stay, ...change]);
      await put(other, ['theirs', ...stay.slice(0, 50).map((key) => `their-${key}`)]);
      const seen = new Map<string, number>();
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await (pages % 2 ? near : far).browse(tenant, { cursor, count: 100 });
        for (const { key } of page.items) seen.set(key, (seen.get(key) ?? 0) + 1);
        cursor = page.next;
        // Meanwhile: written again, deleted, added, so that the index grows and shrinks under the walk.
        const few = (from: readonly string[], by: number) => from.filter((_, n) => n % 7 === (pages + by) % 7);
        await Promise.all(few(change, 1).map((key) => store.delete(tenant, id(key))));
        await put(tenant, few(stay, 2), 50 + pages);
        await put(
          tenant,
          few(stay, 3).map((key) => `new-${pages}-${key}`),
        );
        assert.ok(++pages < 1_000);
      } while (cursor !== undefined);
      assert.ok(pages > 2, `${pages} pages`);
      assert.deepEqual(
        stay.filter((key) => !seen.has(key)),
        [],
      );
      assert.deepEqual(
        [...seen.keys()].filter((key) => key.startsWith('their')),
        [],
      );
    });

    test('lists no more than it is asked for in a page, and all that lives through the walk', async (under) => {
      const { near, far, store } = under;
      // Few are kept as a list and many as a table, in which more than one may share a place; some grow into it.
      for (const [entries, count] of [
        [20, 1],
        [100, 3],
        [125, 7],
        [260, 1],
        [600, 5],
        [600, 64],
      ] as const) {
        const tenant = newTenant();
        const stay = Array.from({ length: entries }, (_, n) => `stay${n}`);
        const put = (keys: readonly string[]) =>
          Promise.all(keys.map((key) => store.write(tenant, id(key), body(10), LIMITS)));
        await put(stay);
        const seen = new Set<string>();
        let cursor: string | undefined;
        let pages = 0;
        do {
          const page = await (pages % 2 ? near : far).browse(tenant, { cursor, count });
          assert.ok(page.items.length <= count, `${page.items.length} of ${count}`);
          for (const { key } of page.items) seen.add(key);
          cursor = page.next;
          if (pages % 4 === 1) await put([`a-new-${pages}`, `new-${pages}`]);
          if (pages % 4 === 3) await store.delete(tenant, id(`a-new-${pages - 2}`));
          assert.ok(++pages < 4_000);
        } while (cursor !== undefined);
        assert.deepEqual(
          stay.filter((key) => !seen.has(key)),
          [],
        );
      }
    });

    test('takes no cursor that it did not give, and none of another tenant for its own', async (under) => {
      const { near, store, tenant } = under;
      const [one, two] = [tenant, newTenant()];
      for (const to of [one, two]) {
        const keys = Array.from({ length: 400 }, (_, n) => `${to.slice(0, 4)}-${n}`);
        await Promise.all(keys.map((key) => store.write(to, id(key), body(10), LIMITS)));
      }
      const { next } = await near.browse(one, { count: 10 });
      assert.ok(next);
      const { items } = await near.browse(two, { count: 400, cursor: next });
      assert.deepEqual(
        items.filter(({ key }) => !key.startsWith(two.slice(0, 4))),
        [],
      );
      for (const cursor of ['0', '-1', 'x', ' ', '1e3', '99999999999999999999999', 'NaN', '\0', "1' OR '1"]) {
        await assert.rejects(near.browse(one, { count: 10, cursor }), { code: 'REQUEST_INVALID' }, cursor);
      }
    });
  });
}

async function wholeRoll(upkeep: StoreUpkeep): Promise<TenantId[]> {
  const seen: TenantId[] = [];
  let after: string | undefined;
  do {
    const page = await upkeep.roll(after, 100);
    seen.push(...page.tenants);
    after = page.next;
  } while (after !== undefined);
  return seen;
}

function byKey(items: readonly ListedEntry[]): ListedEntry[] {
  return items.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** Keys of a whole walk, each once. */
async function keysOf(upkeep: StoreUpkeep, tenant: TenantId, options: BrowseOptions): Promise<string[]> {
  const keys = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await upkeep.browse(tenant, { ...options, cursor });
    for (const { key } of page.items) keys.add(key);
    cursor = page.next;
  } while (cursor !== undefined);
  return [...keys].sort();
}
