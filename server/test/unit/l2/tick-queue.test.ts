import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TickQueue } from '../../../src/l2/tick-queue.js';

interface Item {
  readonly key: string;
  readonly bytes: number;
  readonly order: number;
  reject(error: unknown): void;
}

const item = (key: string, order: number, reject: (error: unknown) => void = () => {}): Item => ({
  key,
  bytes: 1,
  order,
  reject,
});

/** Whether the item must come again once more. */
function takesOne(times: number[], order: number): boolean {
  const left = times[order] ?? 0;
  times[order] = left - 1;
  return left > 0;
}

function open(scheduler: fc.Scheduler, again: (item: Item) => boolean = () => false) {
  const applied: Item[] = [];
  let inFlight = 0;
  let most = 0;
  const queue = new TickQueue<Item>({
    maxItems: 4,
    maxBytes: 1_000,
    async send(items) {
      most = Math.max(most, ++inFlight);
      // As the script does: what follows an item that must come again comes again with it.
      const first = items.findIndex(again);
      const done = first < 0 ? items : items.slice(0, first);
      await scheduler.schedule(Promise.resolve());
      applied.push(...done);
      await scheduler.schedule(Promise.resolve());
      inFlight--;
      return items.slice(done.length);
    },
  });
  return { applied, queue, most: () => most };
}

describe('TickQueue', () => {
  it('keeps the order of each key, in any interleaving and with items that must come again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), again: fc.nat(2) }), { maxLength: 40 }),
        async (scheduler, plan) => {
          const times = plan.map(({ again }) => again);
          const { applied, queue, most } = open(scheduler, ({ order }) => takesOne(times, order));
          for (const [order, { key }] of plan.entries()) {
            queue.add(item(key, order));
            if (order % 5 === 0) await new Promise(process.nextTick);
          }
          await new Promise(process.nextTick);
          while (applied.length < plan.length) await scheduler.waitNext(1);
          for (const key of ['a', 'b', 'c']) {
            const orders = applied.filter((done) => done.key === key).map(({ order }) => order);
            expect(orders).toEqual([...orders].sort((x, y) => x - y));
          }
          expect(most()).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('fails a call and all that waits behind it, and goes on', async () => {
    let down = true;
    const done: number[] = [];
    const queue = new TickQueue<Item>({
      maxItems: 1,
      maxBytes: 1_000,
      async send(items) {
        await Promise.resolve();
        if (down) throw new Error('away');
        done.push(...items.map(({ order }) => order));
        return [];
      },
    });
    const failed: number[] = [];
    const rejections = Array.from(
      { length: 6 },
      (_, order) =>
        new Promise<void>((resolve) => {
          queue.add(
            item(`${order % 2}`, order, () => {
              failed.push(order);
              resolve();
            }),
          ); // prettier-ignore
        }),
    );
    await Promise.all(rejections);
    expect(failed.sort()).toEqual([0, 1, 2, 3, 4, 5]);
    down = false;
    queue.add(item('0', 6));
    await new Promise(setImmediate);
    expect(done).toEqual([6]);
  });
});
