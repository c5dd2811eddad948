import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { BeginAnswer, DurableQueue } from '../core/durable-queue.js';
import { entryId } from '../core/resource.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import type { TestKit } from './test-kit.js';

export interface QueueUnderTest {
  /** Two processes on the same data. */
  readonly near: DurableQueue;
  readonly far: DurableQueue;
  /** Lets the hold of whoever has the tenant's queue run out. */
  readonly expireHold: (tenant: TenantId) => Promise<void>;
  /** Whether the store keeps anything for the tenant. */
  readonly isEmpty: (tenant: TenantId) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** What every durable queue must do. */
export function durableQueueContract({ describe, it }: TestKit, name: string, open: () => Promise<QueueUnderTest>) {
  const test = (title: string, body: (under: QueueUnderTest & { tenant: TenantId }) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      const tenant = tenantId(randomUUID());
      try {
        await body({ ...under, tenant });
      } finally {
        await under.near.discard(
          tenant,
          (await under.near.deadLetters(tenant, 0, 100)).map((item) => item.sequence),
        );
        await under.expireHold(tenant);
        for (const item of await takeAll(under.near, tenant, true)) await under.near.done(tenant, item.sequence, true);
        await under.near.release(tenant, false);
        await under.close();
      }
    });

  const bounds = { maxBytes: 1_000_000, maxItems: 1_000, coalesce: false };
  const id = (key: string) => entryId('r', key);
  const append = async (queue: DurableQueue, tenant: TenantId, key: string, value: string, coalesce = false) => {
    const answer = await queue.append(tenant, id(key), Buffer.from(value), { ...bounds, coalesce });
    assert.equal(answer.kind, 'queued');
    return answer.kind === 'queued' ? answer.sequence : 0;
  };
  const takeAll = async (queue: DurableQueue, tenant: TenantId, anew: boolean, max = 100) => {
    const all = [];
    for (let more = true, first = anew; more; first = false) {
      const answer = await queue.take(tenant, { anew: first, max });
      assert.equal(answer.kind, 'taken');
      if (answer.kind !== 'taken') break;
      all.push(...answer.items);
      more = answer.more;
    }
    return all;
  };
  const begun = (answer: BeginAnswer) => {
    assert.equal(answer.kind, 'begun');
    return answer as BeginAnswer & { kind: 'begun' };
  };
  const newest = async (queue: DurableQueue, tenant: TenantId, ...keys: string[]) =>
    (await queue.newest(tenant, keys.map(id))).map((payload) => payload?.toString());

  describe(`DurableQueue contract: ${name}`, () => {
    test('hands items out in the order of their appends, whoever appended, and once', async ({ near, far, tenant }) => {
      const sequences = [];
      for (let n = 0; n < 10; n++) sequences.push(await append(n % 2 ? near : far, tenant, `k${n % 3}`, `v${n}`));
      assert.deepEqual(
        sequences,
        [...sequences].sort((a, b) => a - b),
      );
      assert.equal(new Set(sequences).size, 10);
      const items = await takeAll(near, tenant, true, 3);
      assert.deepEqual(
        items,
        sequences.map((sequence, n) => ({ sequence, id: id(`k${n % 3}`) })),
      );
      assert.deepEqual(await takeAll(near, tenant, false), []);
      const late = await append(far, tenant, 'k', 'late');
      assert.deepEqual(await takeAll(near, tenant, false), [{ sequence: late, id: id('k') }]);
    });

    test('an item comes with its bytes, and is gone once it is done, also a second time', async ({ near, tenant }) => {
      const payload = Buffer.from([0, 255, 128, 13, 10, 0]);
      const answer = await near.append(tenant, id('k'), payload, bounds);
      assert.ok(answer.kind === 'queued');
      await takeAll(near, tenant, true);
      const { attempt, enqueuedAtMs, payload: read } = begun(await near.begin(tenant, answer.sequence));
      assert.deepEqual([attempt, read], [1, payload]);
      assert.ok(Math.abs(enqueuedAtMs - Date.now()) < 60_000);
      await near.done(tenant, answer.sequence, true);
      await near.done(tenant, answer.sequence, true);
      assert.deepEqual(await near.begin(tenant, answer.sequence), { kind: 'gone' });
      assert.deepEqual(await near.size(tenant), { items: 0, deadLetters: 0, bytes: 0 });
    });

    test('one consumer has a queue; when its hold has run out another gets all that is not done', async (under) => {
      const { near, far, tenant } = under;
      const [first, second] = [await append(near, tenant, 'a', '1'), await append(near, tenant, 'b', '2')];
      await takeAll(near, tenant, true);
      begun(await near.begin(tenant, first));
      begun(await near.begin(tenant, second));
      await near.done(tenant, second, true);
      const third = await append(far, tenant, 'a', '3');
      assert.deepEqual(await far.take(tenant, { anew: true, max: 10 }), { kind: 'held' });
      await under.expireHold(tenant);
      assert.deepEqual(
        (await takeAll(far, tenant, true, 1)).map((item) => item.sequence),
        [first, third],
      );
      assert.deepEqual(await near.begin(tenant, first), { kind: 'lost' });
      assert.equal(await near.bury(tenant, first, 1, 'timeout'), false);
      // The attempt that the dead consumer began counts.
      assert.equal(begun(await far.begin(tenant, first)).attempt, 2);
      assert.equal(begun(await far.begin(tenant, third)).attempt, 1);
      await near.done(tenant, first, true);
      assert.deepEqual(await far.begin(tenant, first), { kind: 'gone' });
    });

    test('a holder that begins anew gets all again', async ({ near, tenant }) => {
      const sequences = [await append(near, tenant, 'a', '1'), await append(near, tenant, 'a', '2')];
      for (let round = 0; round < 2; round++) {
        assert.deepEqual(
          (await takeAll(near, tenant, true, 1)).map((item) => item.sequence),
          sequences,
        );
      }
    });

    test('counts attempts, except those put back', async ({ near, tenant }) => {
      const sequence = await append(near, tenant, 'k', 'v');
      await takeAll(near, tenant, true);
      assert.equal(begun(await near.begin(tenant, sequence)).attempt, 1);
      assert.equal(begun(await near.begin(tenant, sequence)).attempt, 2);
      await near.putBack(tenant, sequence);
      assert.equal(begun(await near.begin(tenant, sequence)).attempt, 2);
    });

    test('refuses what would pass a bound, and queues nothing of it', async ({ near, tenant }) => {
      const sequence = await append(near, tenant, 'k', 'x'.repeat(100));
      const before = await near.size(tenant);
      assert.deepEqual(before, { items: 1, deadLetters: 0, bytes: 3 + 100 + 128 });
      const bytes = { ...bounds, maxBytes: 2 * before.bytes - 1 };
      const items = { ...bounds, maxItems: 1 };
      for (const tight of [bytes, items]) {
        assert.deepEqual(await near.append(tenant, id('k'), Buffer.alloc(100), tight), {
          kind: 'full',
          bytes: before.bytes,
          items: 1,
        });
      }
      assert.deepEqual(await near.size(tenant), before);
      assert.equal(await near.confirm(tenant, id('k'), sequence), true);
      const exact = { ...bounds, maxBytes: 2 * before.bytes, maxItems: 2 };
      assert.equal((await near.append(tenant, id('k'), Buffer.alloc(100), exact)).kind, 'queued');
    });

    test('tells the last value appended of an entry while it waits', async ({ near, far, tenant }) => {
      assert.deepEqual(await newest(near, tenant, 'a'), [undefined]);
      const [one, two] = [await append(near, tenant, 'a', '1'), await append(far, tenant, 'a', '2')];
      const other = await append(near, tenant, 'b', '3');
      assert.deepEqual(await newest(near, tenant, 'a', 'none', 'b'), ['2', undefined, '3']);
      assert.deepEqual(await Promise.all([one, two].map((n) => near.confirm(tenant, id('a'), n))), [false, true]);
      await near.done(tenant, one, true);
      assert.deepEqual(await newest(far, tenant, 'a'), ['2']);
      await near.done(tenant, other, true);
      await near.done(tenant, two, true);
      assert.deepEqual(await newest(near, tenant, 'a', 'b'), [undefined, undefined]);
    });

    test('an item that was persisted at once still counts as the newest until another comes', async (under) => {
      const { near, tenant } = under;
      const one = await append(near, tenant, 'a', '1');
      await near.done(tenant, one, true);
      assert.equal(await near.confirm(tenant, id('a'), one), true);
      const two = await append(near, tenant, 'a', '2');
      await near.done(tenant, two, true);
      assert.equal(await near.confirm(tenant, id('a'), one), false);
    });

    test('an item whose writer did not confirm it is not done without regard', async ({ near, far, tenant }) => {
      const [one, two] = [await append(near, tenant, 'a', '1'), await append(near, tenant, 'b', '2')];
      await takeAll(far, tenant, true);
      await near.confirm(tenant, id('b'), two);
      assert.deepEqual([await far.done(tenant, one, false), await far.done(tenant, two, false)], [false, true]);
      assert.deepEqual((await far.size(tenant)).items, 1);
      begun(await far.begin(tenant, one));
      assert.equal(await far.done(tenant, one, true), true);
      assert.equal(await far.done(tenant, one, false), true);
    });

    test('coalesced, a write replaces the one of its entry that waits', async ({ near, tenant }) => {
      const other = await append(near, tenant, 'b', 'other', true);
      const one = await append(near, tenant, 'a', 'long '.repeat(100), true);
      await takeAll(near, tenant, true);
      begun(await near.begin(tenant, one));
      const two = await append(near, tenant, 'a', '2', true);
      assert.deepEqual(await near.size(tenant), { items: 2, deadLetters: 0, bytes: 3 + 5 + 3 + 1 + 256 });
      assert.deepEqual(await near.begin(tenant, one), { kind: 'gone' });
      await near.done(tenant, one, true);
      assert.deepEqual(await newest(near, tenant, 'a'), ['2']);
      assert.deepEqual(
        (await takeAll(near, tenant, true)).map((item) => item.sequence),
        [other, two],
      );
      // A full queue still takes what replaces.
      const full = { ...bounds, maxItems: 2, coalesce: true };
      assert.equal((await near.append(tenant, id('a'), Buffer.from('3'), full)).kind, 'queued');
    });

    test('keeps dead letters, in the bounds, until they are replayed or discarded', async ({ near, far, tenant }) => {
      const sequences: number[] = [];
      for (const key of ['a', 'b', 'c']) sequences.push(await append(near, tenant, key, key.repeat(10)));
      const [a, b, c] = sequences as [number, number, number];
      await takeAll(near, tenant, true);
      // In another order than they were appended.
      for (const sequence of [c, a, b]) assert.equal(await near.bury(tenant, sequence, 5, 'timeout'), true);
      assert.deepEqual(await far.size(tenant), { items: 0, deadLetters: 3, bytes: 3 * (3 + 10 + 128) });
      const letters = await far.deadLetters(tenant, 0, 2);
      assert.deepEqual(
        letters.map(({ sequence, id: of, attempts, reason }) => [sequence, of, attempts, reason]),
        [
          [a, id('a'), 5, 'timeout'],
          [b, id('b'), 5, 'timeout'],
        ],
      );
      assert.ok(letters.every((letter) => letter.failedAtMs >= letter.enqueuedAtMs));
      assert.deepEqual(
        (await far.deadLetters(tenant, b, 10)).map((letter) => letter.sequence),
        [c],
      );
      assert.deepEqual(await newest(near, tenant, 'a'), [undefined]);
      assert.equal(String(await far.deadPayload(tenant, a)), 'a'.repeat(10));
      const full = await near.append(tenant, id('d'), Buffer.from('v'), { ...bounds, maxItems: 3 });
      assert.equal(full.kind, 'full');

      assert.deepEqual(await far.replay(tenant, [a, 1]), [id('a')]);
      assert.equal(await far.discard(tenant, [b, a]), 1);
      assert.deepEqual(await far.size(tenant), { items: 1, deadLetters: 1, bytes: 2 * (3 + 10 + 128) });
      assert.deepEqual(await newest(near, tenant, 'a'), ['a'.repeat(10)]);
      const [again] = await takeAll(near, tenant, false);
      assert.ok(again && again.sequence > c);
      assert.equal(begun(await near.begin(tenant, again.sequence)).attempt, 1);
    });

    test('tells which tenants have a queue, and keeps nothing of an empty one that is released', async (under) => {
      const { near, far, tenant } = under;
      const sequence = await append(near, tenant, 'k', 'v');
      assert.ok((await far.tenants()).includes(tenant));
      await takeAll(near, tenant, true);
      assert.equal(await near.release(tenant, true), false);
      await near.done(tenant, sequence, true);
      assert.equal(await far.release(tenant, false), true);
      assert.equal((await near.take(tenant, { anew: false, max: 1 })).kind, 'taken');
      assert.equal(await near.release(tenant, true), true);
      assert.equal(await under.isEmpty(tenant), true);
      const later = await append(near, tenant, 'k', 'v');
      assert.ok(later > sequence);
      assert.deepEqual(
        (await takeAll(far, tenant, true)).map((item) => item.sequence),
        [later],
      );
    });

    test('tenants do not share anything', async ({ near, tenant }) => {
      const stranger = tenantId(randomUUID());
      const sequence = await append(near, tenant, 'k', 'v');
      await takeAll(near, tenant, true);
      await near.bury(tenant, sequence, 1, 'timeout');
      assert.deepEqual(await near.deadLetters(stranger, 0, 10), []);
      assert.deepEqual([await near.discard(stranger, [sequence]), await near.replay(stranger, [sequence])], [0, []]);
      assert.deepEqual(await newest(near, stranger, 'k'), [undefined]);
      assert.deepEqual(await near.size(stranger), { items: 0, deadLetters: 0, bytes: 0 });
      assert.deepEqual(await near.begin(stranger, sequence), { kind: 'lost' });
    });
  });
}
