import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RateCounter } from '../core/rate-limit.js';
import type { TestKit } from './test-kit.js';

export interface RateCounterUnderTest {
  /** Two processes that count together, where the counter does. */
  counters(windowMs: number): readonly [RateCounter, RateCounter];
  /** As if so much time had passed for every window that has begun. */
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What every counter of rates must do. */
export function rateCounterContract(kit: TestKit, name: string, open: () => Promise<RateCounterUnderTest>): void {
  const test = (title: string, body: (under: RateCounterUnderTest, key: string) => Promise<void>) =>
    kit.it(title, async () => {
      const under = await open();
      try {
        await body(under, randomUUID());
      } finally {
        await under.close();
      }
    });

  kit.describe(`RateCounter contract: ${name}`, () => {
    test('counts calls of one key in one window, from its first call on', async (under, key) => {
      const [near, far] = under.counters(60_000);
      assert.equal((await near.increment(key)).used, 1);
      const { used, resetsInMs } = await far.increment(key);
      assert.equal(used, 2);
      assert.ok(resetsInMs > 0 && resetsInMs <= 60_000);
      assert.equal((await near.increment(`${key} other`)).used, 1);
    });

    test('reserves what is asked for, within one window', async (under, key) => {
      const [near, far] = under.counters(60_000);
      const first = await near.reserve(key, { limit: 1_000, least: 1, most: 20 });
      assert.deepEqual([first.reserved, first.left], [20, 980]);
      assert.ok(first.resetsInMs > 0 && first.resetsInMs <= 60_000);
      const second = await far.reserve(key, { limit: 1_000, least: 1, most: 20 });
      assert.deepEqual([second.reserved, second.left, second.window], [20, 960, first.window]);
      assert.equal((await near.increment(key)).used, 41);
    });

    test('reserves less the less is left, and the least that is of use where it is there', async (under, key) => {
      const [near, far] = under.counters(60_000);
      const sizes: number[] = [];
      for (let turn = 0; turn < 100; turn++) {
        const { reserved } = await (turn % 2 ? far : near).reserve(key, { limit: 100, least: 1, most: 50 });
        if (reserved > 0) sizes.push(reserved);
      }
      assert.equal(sizes[0], 13);
      assert.deepEqual(
        sizes,
        sizes.toSorted((a, b) => b - a),
      );
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        100,
      );
      const whole = await near.reserve(`${key} whole`, { limit: 100, least: 100, most: 100 });
      assert.deepEqual([whole.reserved, whole.left], [100, 0]);
    });

    test('reserves nothing where fewer are left than are of use, and says how many', async (under, key) => {
      const [near, far] = under.counters(60_000);
      await near.reserve(key, { limit: 10, least: 7, most: 7 });
      const refused = await far.reserve(key, { limit: 10, least: 4, most: 4 });
      assert.deepEqual([refused.reserved, refused.left], [0, 3]);
      const rest = await far.reserve(key, { limit: 10, least: 3, most: 4 });
      assert.deepEqual([rest.reserved, rest.left], [3, 0]);
      // A limit that was lowered meanwhile.
      assert.deepEqual((await far.reserve(key, { limit: 5, least: 1, most: 1 })).left, 0);
    });

    test('lets no more than the limit pass, however many ask at once', async (under, key) => {
      const counters = under.counters(60_000);
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          (counters[n % 2] as RateCounter).reserve(key, { limit: 500, least: (n % 3) + 1, most: 40 }),
        ),
      );
      assert.equal(
        answers.reduce((sum, { reserved }) => sum + reserved, 0),
        500,
      );
    });

    test('begins anew with each window', async (under, key) => {
      const [near] = under.counters(600_000);
      const first = await near.reserve(key, { limit: 1, least: 1, most: 1 });
      assert.equal((await near.reserve(key, { limit: 1, least: 1, most: 1 })).reserved, 0);
      await under.pass(600_000);
      const next = await near.reserve(key, { limit: 1, least: 1, most: 1 });
      assert.equal(next.reserved, 1);
      assert.notEqual(next.window, first.window);
    });
  });
}
