import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TenantId } from '../core/tenant-id.js';
import type { WatchlistStore } from '../core/warming.js';
import { MAX_WATCHED_GROUPS, MAX_WATCHLISTS } from '../core/watchlists.js';
import type { TestKit } from './test-kit.js';

export interface WatchlistStoreUnderTest {
  /** What one more process has of the same store. */
  readonly process: () => WatchlistStore;
  /** A tenant that nobody else uses. */
  readonly tenant: () => Promise<TenantId>;
  readonly removeTenant: (tenant: TenantId) => Promise<void>;
  readonly suspendTenant: (tenant: TenantId) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What every store of watchlists must do. */
export function watchlistStoreContract(
  { describe, it }: TestKit,
  name: string,
  open: () => Promise<WatchlistStoreUnderTest>,
): void {
  const test = (
    title: string,
    body: (under: WatchlistStoreUnderTest, store: WatchlistStore, tenant: TenantId) => Promise<void>,
  ) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(under, under.process(), await under.tenant());
      } finally {
        await under.close();
      }
    });
  const namesOf = async (store: WatchlistStore, tenant: TenantId) =>
    (await store.list(tenant)).map((list) => list.name);
  /** Of this test, so that lists of others do not count. */
  const groupOf = () => `x:${randomUUID()}`;

  describe(`WatchlistStore contract: ${name}`, () => {
    test('keeps the groups of a list in the tenant’s order, each once, for every process', async (under, store, tenant) => {
      const beganMs = Date.now();
      const groups = ['x:SOL/USDT', 'x:BTC/USDT', 'x:ETH/USDT:USDT', 'x:BTC/USDT', 'x:Ünï/"quoted"'];
      const put = await store.put(tenant, 'My majors', groups);
      assert.deepEqual(put.groups, ['x:SOL/USDT', 'x:BTC/USDT', 'x:ETH/USDT:USDT', 'x:Ünï/"quoted"']);
      assert.deepEqual([put.tenantId, put.name], [tenant, 'My majors']);
      assert.ok(Math.abs(put.updatedAtMs - beganMs) < 60_000);
      assert.deepEqual(await under.process().list(tenant), [put]);
    });

    test('replaces a list of the same name, and keeps empty ones', async (_under, store, tenant) => {
      await store.put(tenant, 'a', ['x:1']);
      const put = await store.put(tenant, 'a', []);
      assert.deepEqual(await store.list(tenant), [put]);
      assert.deepEqual(put.groups, []);
    });

    test('lists by name, upper case first, as bytes are compared', async (_under, store, tenant) => {
      for (const list of ['b', 'B', 'a 2', 'a', '\u{1f600}', '\ufa0e', 'é']) await store.put(tenant, list, []);
      assert.deepEqual(await namesOf(store, tenant), ['B', 'a', 'a 2', 'b', 'é', '\ufa0e', '\u{1f600}']);
    });

    test('shows and touches no list of another tenant', async (under, store, tenant) => {
      const other = await under.tenant();
      const kept = await store.put(other, 'same', ['x:1']);
      await store.put(tenant, 'same', ['x:2']);
      assert.equal(await store.remove(tenant, 'same'), true);
      assert.deepEqual(await store.list(tenant), []);
      assert.equal(await store.remove(tenant, 'same'), false);
      assert.deepEqual(await store.list(other), [kept]);
    });

    test('refuses names and groups that no list has, and keeps nothing of them', async (_under, store, tenant) => {
      const names = ['', ' a', 'a ', '.', '..', 'a\nb', 'a\0b', 'a\u202eb', '\ud800', 'x'.repeat(65), undefined];
      for (const bad of names) {
        await assert.rejects(store.put(tenant, bad as string, []), { code: 'REQUEST_INVALID' }, JSON.stringify(bad));
      }
      for (const bad of ['', 'a b', 'a{b', ':a', 'x'.repeat(129), undefined]) {
        await assert.rejects(store.put(tenant, 'a', ['x:1', bad as string]), { code: 'KEY_INVALID' });
      }
      const many = Array.from({ length: MAX_WATCHED_GROUPS + 1 }, (_, index) => `x:${index}`);
      await assert.rejects(store.put(tenant, 'a', many), { code: 'REQUEST_INVALID' });
      assert.deepEqual(await store.list(tenant), []);
      const most = await store.put(tenant, '\u{1f600}'.repeat(64), many.slice(1));
      assert.equal(most.groups.length, MAX_WATCHED_GROUPS);
    });

    test('has room for 50 lists, also where many are made at once; those that are there can be replaced', async (under, store, tenant) => {
      const made = await Promise.allSettled(
        Array.from({ length: MAX_WATCHLISTS + 10 }, (_, index) => under.process().put(tenant, `l${index}`, [])),
      );
      const refused = made.filter((result) => result.status === 'rejected');
      assert.equal(refused.length, 10);
      for (const { reason } of refused) assert.equal(reason.code, 'WATCHLIST_LIMIT');
      const names = await namesOf(store, tenant);
      assert.equal(names.length, MAX_WATCHLISTS);
      await store.put(tenant, names[0] as string, ['x:1']);
      await store.remove(tenant, names[1] as string);
      await store.put(tenant, 'one more', []);
    });

    test('counts by how many tenants a group is watched, each tenant once', async (under, store, tenant) => {
      const [most, second, third] = [groupOf(), groupOf(), groupOf()].sort() as [string, string, string];
      const others = [await under.tenant(), await under.tenant()];
      await store.put(tenant, 'a', [third, most]);
      await store.put(tenant, 'b', [third, second]);
      for (const other of others) await store.put(other, 'a', [most]);
      const all = await store.mostWatched(1_000_000);
      const found = all.filter(({ group }) => [most, second, third].includes(group));
      assert.deepEqual(found, [
        { group: most, tenants: 3 },
        { group: second, tenants: 1 },
        { group: third, tenants: 1 },
      ]);
      assert.deepEqual(await store.mostWatched(2), all.slice(0, 2));
      assert.deepEqual(await store.mostWatched(2, 1), all.slice(1, 3));
      assert.deepEqual(await store.mostWatched(2, all.length), []);
    });

    test('puts a short list before a long one, by whatever names it is of', async (under, store, tenant) => {
      const [long, short] = [`a:${randomUUID()}`, `z:${randomUUID()}`];
      await store.put(tenant, 'a', [long, ...Array.from({ length: 20 }, groupOf)]);
      await store.put(await under.tenant(), 'a', [short, groupOf()]);
      const found = (await store.mostWatched(1_000_000)).map(({ group }) => group);
      assert.ok(found.indexOf(short) >= 0 && found.indexOf(short) < found.indexOf(long));
    });

    test('counts no tenant that is suspended, whose lists stay', async (under, store, tenant) => {
      const [both, own] = [groupOf(), groupOf()];
      await store.put(tenant, 'a', [both]);
      const suspended = await under.tenant();
      const kept = await store.put(suspended, 'a', [both, own]);
      await under.suspendTenant(suspended);
      const found = (await store.mostWatched(1_000_000)).filter(({ group }) => [both, own].includes(group));
      assert.deepEqual(found, [{ group: both, tenants: 1 }]);
      assert.deepEqual(await store.list(suspended), [kept]);
    });

    test('has nothing of a tenant that was removed', async (under, store, tenant) => {
      const group = groupOf();
      await store.put(tenant, 'a', [group]);
      await under.removeTenant(tenant);
      assert.deepEqual(await store.list(tenant), []);
      assert.ok(!(await store.mostWatched(1_000_000)).some((watched) => watched.group === group));
    });
  });
}
