import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { BusMessage, InvalidationBus, Lease, SharedStore } from '../core/contracts.js';
import { limitsOf } from '../core/quota.js';
import { type EntryId, entryId } from '../core/resource.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import type { TestKit } from './test-kit.js';

export interface BusUnderTest {
  /** Two processes on the same data. */
  readonly near: { readonly store: SharedStore; readonly bus: InvalidationBus };
  readonly far: { readonly store: SharedStore; readonly bus: InvalidationBus };
  /** Leaves `far` with a message of this tenant that it did not hear, and does not know of yet. */
  readonly lose: (tenant: TenantId) => Promise<void>;
  readonly close: () => Promise<void>;
}

const limits = limitsOf({ quotaBytes: 1e9 });
const body = { payload: Buffer.from('v'), ttlMs: 60_000, graceMs: 0 };
const k = entryId('r', 'k');

/** What every bus must do together with its store. */
export function invalidationBusContract({ describe, it }: TestKit, name: string, open: () => Promise<BusUnderTest>) {
  const test = (title: string, body: (under: BusUnderTest) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(under);
      } finally {
        await under.close();
      }
    });

  describe(`InvalidationBus contract: ${name}`, () => {
    test('tells of writes, deletes, scopes, clears and settings, in order and with the ids as they were given', async (under) => {
      const { near, far } = under;
      const tenant = newTenant();
      const long = entryId('r', 'x'.repeat(300));
      const scopes = [{ tag: 'ä:b' }, { resource: 'r', prefix: '' }, { resource: 'r', prefix: 'a:b*' }];
      const heard = listen(far.bus);
      await far.bus.follow(tenant);
      await near.store.write(tenant, long, body, limits);
      await near.store.delete(tenant, entryId('r', 'gone'));
      await near.store.invalidate(tenant, scopes);
      await near.store.clear(tenant);
      await near.bus.publishSettings(tenant);
      const messages = await heard(5);
      assert.deepEqual(messages.map(plain), [
        ['entries', tenant, [long]],
        ['entries', tenant, ['r:gone']],
        ['invalidate', tenant, scopes],
        ['clear', tenant],
        ['settings', tenant],
      ]);
      const sequences = messages.flatMap((message) => ('sequence' in message ? [message.sequence] : []));
      assert.ok(sequences.every((sequence) => Number.isSafeInteger(sequence) && sequence > 0));
      assert.ok((sequences[0] as number) < (sequences[1] as number));
      assert.equal(new Set(messages.map((message) => message.origin)).size, 1);
    });

    test('tells the other processes of a change that holds for all, whomever they follow', async ({ near, far }) => {
      const told = new Promise<void>((resolve) => far.bus.onFleetChanged(() => resolve()));
      await near.bus.publishSettings();
      await told;
    });

    test('tells of every end of a lease but its time’s, and of nothing else that befalls one', async ({
      near,
      far,
    }) => {
      const tenant = newTenant();
      const ids = ['released', 'stored', 'void', 'full'].map((key) => entryId('r', key)) as [EntryId, ...EntryId[]];
      const [released, stored, voided, full] = ids as [EntryId, EntryId, EntryId, EntryId];
      await far.bus.follow(tenant);
      const heard = listen(far.bus);
      const leases = new Map<EntryId, Lease>();
      for (const id of ids) leases.set(id, await granted(near.store, tenant, id));
      const leaseOf = (id: EntryId) => leases.get(id) as Lease;
      await near.store.renew(tenant, released, leaseOf(released), 60_000);
      await near.store.release(tenant, released, leaseOf(stored));
      await near.store.release(tenant, released, leaseOf(released));
      await near.store.write(tenant, stored, body, limits, leaseOf(stored));
      await near.store.invalidate(tenant, [{ tag: 'a' }]);
      await near.store.write(tenant, voided, { ...body, tags: ['a'] }, limits, leaseOf(voided));
      await near.store.write(tenant, full, body, limitsOf({ quotaBytes: 1 }), leaseOf(full));
      await near.store.write(tenant, k, body, limits);
      assert.deepEqual((await heard(6)).map(plain), [
        ['entries', tenant, [released]],
        ['entries', tenant, [stored]],
        ['invalidate', tenant, [{ tag: 'a' }]],
        ['entries', tenant, [voided]],
        ['entries', tenant, [full]],
        ['entries', tenant, [k]],
      ]);
    });

    test('hands out neither own messages nor those of tenants it does not follow', async ({ near, far }) => {
      const [followed, unfollowed, dropped] = [newTenant(), newTenant(), newTenant()];
      const own = listen(near.bus);
      const foreign = listen(far.bus);
      for (const bus of [near.bus, far.bus]) await bus.follow(followed);
      await far.bus.follow(dropped);
      far.bus.unfollow(dropped);
      for (const tenant of [unfollowed, dropped, followed]) await near.store.clear(tenant);
      assert.deepEqual(
        (await foreign(1)).map((message) => message.tenant),
        [followed],
      );
      await far.store.clear(followed);
      assert.equal((await own(1)).length, 1);
      assert.equal((await foreign(1)).length, 1);
    });

    for (const what of ['clear', 'tag', 'prefix'] as const) {
      test(`a ${what} of one process hides entries from another that follows the tenant`, async ({ near, far }) => {
        const tenant = newTenant();
        await far.bus.follow(tenant);
        const heard = listen(far.bus);
        const tagged = { ...body, tags: ['a'] };
        await near.store.write(tenant, k, tagged, limits);
        // From the second read on it may know by itself what hides an entry.
        for (let read = 0; read < 3; read++) assert.ok(await far.store.get(tenant, k));
        if (what === 'clear') await near.store.clear(tenant);
        else await near.store.invalidate(tenant, [what === 'tag' ? { tag: 'a' } : { resource: 'r', prefix: 'k' }]);
        await heard(2);
        assert.equal(await far.store.get(tenant, k), undefined);
        assert.deepEqual(await far.store.getMany(tenant, [k]), [undefined]);
        await near.store.write(tenant, k, tagged, limits);
        assert.ok(await far.store.get(tenant, k));
      });
    }

    test('a hole in a tenant’s messages is told as a gap, before the message that shows it', async (under) => {
      const { near, far, lose } = under;
      const [tenant, neighbour] = [newTenant(), newTenant()];
      for (const each of [tenant, neighbour]) await far.bus.follow(each);
      const heard = listen(far.bus);
      for (const each of [tenant, neighbour]) await near.store.write(each, k, body, limits);
      await lose(tenant);
      await near.store.write(neighbour, k, body, limits);
      await near.store.clear(tenant);
      await near.store.write(tenant, k, body, limits);
      const messages = await heard(6);
      const typesOf = (whose: TenantId) =>
        messages.filter((message) => message.tenant === whose).map(({ type }) => type);
      // Each tenant's in their order; of two tenants, who may be on two servers, none is before the other.
      assert.deepEqual(typesOf(tenant), ['entries', 'gap', 'clear', 'entries']);
      assert.deepEqual(typesOf(neighbour), ['entries', 'entries']);
    });

    const untilHeard: readonly (readonly [string, (bus: InvalidationBus, tenant: TenantId) => Promise<unknown>])[] = [
      ['by itself', soon],
      [
        'once it is asked to hear, by several at once',
        (bus, tenant) => Promise.all([bus.hear(tenant), bus.hear(tenant)]),
      ],
    ];
    for (const [how, wait] of untilHeard) {
      test(`tells until when all has been heard, once that has been handed out: ${how}`, async ({ near, far }) => {
        const tenant = newTenant();
        await far.bus.hear(tenant);
        assert.equal(far.bus.heardUntilMs(tenant), Number.NEGATIVE_INFINITY);
        const heard = listen(far.bus);
        await far.bus.follow(tenant);
        await near.store.invalidate(tenant, [{ tag: 't' }]);
        const saidMs = performance.now();
        const patientUntilMs = saidMs + PATIENCE_MS;
        while (far.bus.heardUntilMs(tenant) < saidMs && performance.now() < patientUntilMs) await wait(far.bus, tenant);
        assert.equal((await heard(0)).length, 1);
        assert.ok(far.bus.heardUntilMs(tenant) >= saidMs && far.bus.heardUntilMs(tenant) <= performance.now());
        far.bus.unfollow(tenant);
        assert.equal(far.bus.heardUntilMs(tenant), Number.NEGATIVE_INFINITY);
      });
    }

    test('own messages fill holes, and show them as others do', async ({ near, far, lose }) => {
      const tenant = newTenant();
      for (const { bus } of [near, far]) await bus.follow(tenant);
      const heard = listen(far.bus);
      const write = (store: SharedStore) => store.write(tenant, k, body, limits);
      for (const { store } of [near, far, far, near, far, near]) await write(store);
      assert.deepEqual(
        (await heard(3)).map(({ type }) => type),
        ['entries', 'entries', 'entries'],
      );
      await lose(tenant);
      await write(far.store);
      assert.deepEqual((await heard(4)).at(-1)?.type, 'gap');
    });

    test('what went on before a tenant was followed is no gap', async ({ near, far }) => {
      const tenant = newTenant();
      const heard = listen(far.bus);
      for (let turn = 0; turn < 2; turn++) {
        await near.store.write(tenant, k, body, limits);
        await far.bus.follow(tenant);
        await near.store.clear(tenant);
        await heard(turn + 1);
        far.bus.unfollow(tenant);
        await near.store.write(tenant, k, body, limits);
      }
      assert.deepEqual(
        (await heard(2)).map(({ type }) => type),
        ['clear', 'clear'],
      );
    });

    test('is up once it follows, and down once it is closed', async ({ far }) => {
      await far.bus.follow(newTenant());
      assert.equal(far.bus.state(), 'up');
      const states: string[] = [];
      far.bus.onState((state) => states.push(state));
      await far.bus.close();
      assert.deepEqual([far.bus.state(), states], ['down', ['down']]);
    });
  });
}

function newTenant(): TenantId {
  return tenantId(randomUUID());
}

async function granted(store: SharedStore, tenant: TenantId, id: EntryId): Promise<Lease> {
  const answer = await store.lease(tenant, id, { seenSequence: 0, ttlMs: 60_000 });
  assert.ok(answer.kind === 'granted');
  return answer.lease;
}

function plain(message: BusMessage): unknown[] {
  const { type, tenant } = message;
  if (type === 'entries') return [type, tenant, message.ids];
  return type === 'invalidate' ? [type, tenant, message.scopes] : [type, tenant];
}

const PATIENCE_MS = 10_000;

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resolves with all that was heard, once that is at least `count`; rejects where that takes too long. */
function listen(bus: InvalidationBus): (count: number) => Promise<BusMessage[]> {
  const messages: BusMessage[] = [];
  let check = () => {};
  bus.onMessage((message) => {
    messages.push(message);
    check();
  });
  return (count) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`heard ${messages.length} of ${count}`)), PATIENCE_MS);
      check = () => {
        if (messages.length < count) return;
        clearTimeout(timer);
        resolve([...messages]);
      };
      check();
    });
}
