import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { BusMessage, InvalidationBus, SharedStore } from '../core/contracts.js';
import { limitsOf } from '../core/quota.js';
import { entryId } from '../core/resource.js';
import { tenantId } from '../core/tenant-id.js';
import type { TestKit } from './test-kit.js';

export interface BusUnderTest {
  /** Two processes on the same data. */
  readonly near: { readonly store: SharedStore; readonly bus: InvalidationBus };
  readonly far: { readonly store: SharedStore; readonly bus: InvalidationBus };
  readonly close: () => Promise<void>;
}

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

  const limits = limitsOf({ quotaBytes: 1e9 });
  const body = { payload: Buffer.from('v'), ttlMs: 60_000, graceMs: 0 };
  const newTenant = () => tenantId(randomUUID());

  describe(`InvalidationBus contract: ${name}`, () => {
    test('tells of writes, deletes, clears and settings, in order and with the ids as they were given', async (under) => {
      const { near, far } = under;
      const tenant = newTenant();
      const long = entryId('r', 'x'.repeat(300));
      const heard = listen(far.bus);
      await far.bus.follow(tenant);
      await near.store.write(tenant, long, body, limits);
      await near.store.delete(tenant, entryId('r', 'gone'));
      await near.store.clear(tenant);
      await near.bus.publishSettings(tenant);
      const messages = await heard(4);
      assert.deepEqual(
        messages.map((message) => [message.type, message.tenant, message.type === 'entries' ? message.ids : []]),
        [
          ['entries', tenant, [long]],
          ['entries', tenant, ['r:gone']],
          ['clear', tenant, []],
          ['settings', tenant, []],
        ],
      );
      const clear = messages.find((message) => message.type === 'clear');
      assert.ok(clear && Number.isSafeInteger(clear.sequence) && clear.sequence > 0);
      assert.equal(new Set(messages.map((message) => message.origin)).size, 1);
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

    test('a clear by one process hides entries from another that follows the tenant', async ({ near, far }) => {
      const tenant = newTenant();
      const id = entryId('r', 'k');
      await far.bus.follow(tenant);
      const heard = listen(far.bus);
      await near.store.write(tenant, id, body, limits);
      assert.ok(await far.store.get(tenant, id));
      assert.ok(await far.store.get(tenant, id));
      await near.store.clear(tenant);
      await heard(2);
      assert.equal(await far.store.get(tenant, id), undefined);
      await near.store.write(tenant, id, body, limits);
      assert.ok(await far.store.get(tenant, id));
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

/** Resolves with all that was heard, once that is at least `count`. */
function listen(bus: InvalidationBus): (count: number) => Promise<BusMessage[]> {
  const messages: BusMessage[] = [];
  let check = () => {};
  bus.onMessage((message) => {
    messages.push(message);
    check();
  });
  return (count) =>
    new Promise((resolve) => {
      check = () => {
        if (messages.length >= count) resolve([...messages]);
      };
      check();
    });
}
