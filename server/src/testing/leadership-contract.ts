import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Leadership } from '../core/upkeep.js';
import type { TestKit } from './test-kit.js';

export interface LeadershipUnderTest {
  /** What one more process has of what is led under this name. */
  readonly process: (name: string) => Leadership;
  /**
   * Leaves a leader as one that lost the lead and was not told: its lease ran out, its connection was cut. Whether
   * another leads by then is open.
   */
  readonly depose: (leader: Leadership) => Promise<void>;
  /** As if so much time had passed for who leads under this name. */
  readonly pass: (name: string, ms: number) => Promise<void>;
  /** For so long a leader that is not heard of may still lead, in milliseconds. 0: it is missed at once. */
  readonly termMs: number;
  readonly close: () => Promise<void>;
}

const POLL_MS = 10;
const PATIENCE_MS = 15_000;

/** What every leadership must do. */
export function leadershipContract({ describe, it }: TestKit, name: string, open: () => Promise<LeadershipUnderTest>) {
  const test = (title: string, body: (under: LeadershipUnderTest, what: string) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(under, newName());
      } finally {
        await under.close();
      }
    });

  describe(`Leadership contract: ${name}`, () => {
    test('lets one of many lead, however many ask at once', async ({ process }, what) => {
      const processes = Array.from({ length: 8 }, () => process(what));
      const first = await Promise.all(processes.map((each) => each.lead()));
      assert.equal(first.filter((fence) => fence !== undefined).length, 1);
      for (let round = 0; round < 10; round++) {
        assert.deepEqual(await Promise.all(processes.map((each) => each.lead())), first);
      }
    });

    test('leaves the lead with who asks for it again and again, under one fence', async (under, what) => {
      const [leader, other] = [under.process(what), under.process(what)];
      const fence = await leads(leader);
      for (let round = 0; round < 16; round++) {
        assert.deepEqual([await other.lead(), await leader.lead()], [undefined, fence]);
        await under.pass(what, under.termMs / 2);
      }
    });

    test('lets another lead at once when the leader resigns, and not when anybody else does', async ({
      process,
    }, what) => {
      const [leader, second, third] = [process(what), process(what), process(what)];
      const fence = await leads(leader);
      await second.resign();
      assert.equal(await second.lead(), undefined);
      assert.equal(await leader.lead(), fence);
      await leader.resign();
      const after = await second.lead();
      assert.ok(after !== undefined && after > fence);
      assert.deepEqual([await leader.lead(), await third.lead()], [undefined, undefined]);
    });

    test('is safe to resign from twice, and before it ever led', async ({ process }, what) => {
      const one = process(what);
      await one.resign();
      await leads(one);
      await one.resign();
      await one.resign();
      await leads(process(what));
    });

    test('follows a leader that is not heard of any more, under a greater fence', async (under, what) => {
      const [leader, other] = [under.process(what), under.process(what)];
      const fence = await leads(leader);
      assert.equal(await other.lead(), undefined);
      await under.depose(leader);
      assert.ok((await leads(other)) > fence);
    });

    test('tells a leader that was followed, which then harms its follower in no way', async (under, what) => {
      const [leader, other] = [under.process(what), under.process(what)];
      await leads(leader);
      await under.depose(leader);
      const fence = await leads(other);
      assert.equal(await leader.lead(), undefined);
      await leader.resign();
      assert.equal(await leader.lead(), undefined);
      assert.equal(await other.lead(), fence);
    });

    test('grows the fence whenever the lead was given up or lost, also for one that leads again', async (under, what) => {
      const one = under.process(what);
      let fence = await leads(one);
      for (let round = 0; round < 4; round++) {
        if (round % 2 === 0) await one.resign();
        else await under.depose(one);
        const next = await leads(one);
        assert.ok(Number.isSafeInteger(next) && next > fence && next > 0);
        fence = next;
      }
    });

    test('keeps what is led under different names apart', async ({ process }, what) => {
      const [one, other] = [process(what), process(newName())];
      const [fence, otherFence] = [await leads(one), await leads(other)];
      await other.resign();
      assert.equal(await one.lead(), fence);
      assert.ok((await leads(other)) > otherFence);
    });
  });
}

/** Asks until it leads. */
async function leads(leadership: Leadership): Promise<number> {
  for (const giveUpAtMs = Date.now() + PATIENCE_MS; Date.now() < giveUpAtMs; await delay(POLL_MS)) {
    // Of one whose connection was cut the first call may fail.
    const fence = await leadership.lead().catch(() => undefined);
    if (fence !== undefined) return fence;
  }
  throw new Error(`Did not lead within ${PATIENCE_MS} ms.`);
}

function newName(): string {
  return `l${randomUUID()}`;
}
