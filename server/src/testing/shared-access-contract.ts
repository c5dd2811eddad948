import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { MAX_ACCESS_AGE_MS, type SharedAccessPart, type SharedAccessStore } from '../core/shared.js';
import type { TenantId } from '../core/tenant-id.js';
import { newTenant } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

export interface SharedAccessUnderTest {
  /** Two processes on the same data; both may be one object. */
  readonly near: SharedAccessStore;
  readonly far: SharedAccessStore;
  readonly close: () => Promise<void>;
}

interface Desk extends SharedAccessUnderTest {
  /** Nobody else's. */
  readonly dataset: string;
  readonly tenant: TenantId;
  /** A part of this dataset and tenant, of the hour before last. */
  readonly part: (more?: Partial<SharedAccessPart>) => SharedAccessPart;
  readonly list: (more?: Partial<Parameters<SharedAccessStore['list']>[0]>) => ReturnType<SharedAccessStore['list']>;
}

const HOUR_MS = 3_600_000;
const BTC = 'binance:BTC/USDT';
const ETH = 'binance:ETH/USDT';

/** What every store of who read what must do. */
export function sharedAccessContract(
  { describe, it }: TestKit,
  name: string,
  open: () => Promise<SharedAccessUnderTest>,
) {
  const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;
  const test = (title: string, work: (desk: Desk) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      const dataset = `d${randomUUID().slice(0, 8)}`;
      const tenant = newTenant();
      const base = { tenantId: tenant, dataset, group: BTC, kind: 'price', hourMs, processEpoch: 'p1' };
      const span = { fromMs: hourMs - 40 * HOUR_MS, untilMs: hourMs + 3 * HOUR_MS };
      try {
        await work({
          ...under,
          dataset,
          tenant,
          part: (more) => ({ ...base, reads: 1, limited: 0, ...more }),
          list: (more) => under.far.list({ dataset, ...span, page: 1, pageSize: 100, ...more }),
        });
      } finally {
        await under.close();
      }
    });
  const counts = ({ items }: Awaited<ReturnType<SharedAccessStore['list']>>) =>
    items.map(({ reads, limited }) => [reads, limited]);

  describe(`SharedAccessStore contract: ${name}`, () => {
    test('sums over processes, and shows no process', async ({ near, tenant, dataset, part, list }) => {
      await near.merge([part({ reads: 3, limited: 1 }), part({ processEpoch: 'p2', reads: 4, limited: 2 })]);
      assert.deepEqual(await list(), {
        items: [{ tenantId: tenant, dataset, group: BTC, kind: 'price', hourMs, reads: 7, limited: 3 }],
        total: 1,
        reads: 7,
        limited: 3,
      });
    });

    test('keeps the greatest of each count, in any order and however often parts come', async (desk) => {
      const { near, far, part, list } = desk;
      const grown = [part({ reads: 2, limited: 5 }), part({ reads: 9, limited: 5 }), part({ reads: 9, limited: 6 })];
      await near.merge([...grown, ...grown].reverse());
      for (const each of grown.toReversed()) await far.merge([each]);
      assert.deepEqual(counts(await list()), [[9, 6]]);
    });

    test('loses nothing and doubles nothing where two flushers bring the same at once', async (desk) => {
      const { near, far, part, list } = desk;
      const groups = Array.from({ length: 100 }, (_, n) => `binance:S${n}/USDT`);
      const processes = ['p1', 'p2', 'p3', 'p4'];
      for (let round = 1; round <= 5; round++) {
        const parts = processes.flatMap((processEpoch) =>
          groups.map((group) => part({ group, processEpoch, reads: round })),
        );
        const [first, second] = [parts.slice(0, 200), parts.slice(200)];
        const orders = [parts, parts.toReversed(), [...second, ...first], [...second.toReversed(), ...first]];
        await Promise.all(orders.flatMap((order) => [near.merge(order), far.merge(order)]));
      }
      const found = await list();
      assert.equal(found.total, 100);
      assert.deepEqual(new Set(found.items.map(({ reads }) => reads)), new Set([20]));
      assert.equal(found.reads, 2_000);
    });

    test('lists the newest hour first, then what was read most, page by page', async ({ near, part, list }) => {
      await near.merge([
        part({ group: BTC, reads: 2 }),
        part({ group: ETH, reads: 5 }),
        part({ hourMs: hourMs + HOUR_MS, reads: 1 }),
        part({ kind: 'ohlcv', reads: 3 }),
      ]);
      const pages = await Promise.all([1, 2, 3].map((page) => list({ page, pageSize: 2 })));
      assert.deepEqual(
        pages.map((page) => page.items.map(({ reads }) => reads)),
        [[1, 5], [3, 2], []],
      );
      for (const page of pages) assert.deepEqual([page.total, page.reads], [4, 11]);
    });

    test('lists what is asked for: dataset, tenant, group, and hours from the first to before the last', async (desk) => {
      const { near, tenant, part, list } = desk;
      const other = newTenant();
      await near.merge([
        part({ reads: 1 }),
        part({ tenantId: other, reads: 2 }),
        part({ group: ETH, reads: 3 }),
        part({ hourMs: hourMs + HOUR_MS, reads: 4 }),
        part({ dataset: `e${randomUUID().slice(0, 8)}`, reads: 5 }),
      ]);
      assert.deepEqual(counts(await list()), [
        [4, 0],
        [3, 0],
        [2, 0],
        [1, 0],
      ]);
      assert.deepEqual(counts(await list({ tenant: other })), [[2, 0]]);
      assert.deepEqual(counts(await list({ tenant, group: ETH })), [[3, 0]]);
      assert.deepEqual(counts(await list({ group: 'binance:' })), []);
      assert.deepEqual(counts(await list({ fromMs: hourMs + 1 })), [[4, 0]]);
      assert.deepEqual(counts(await list({ tenant, group: BTC, untilMs: hourMs + HOUR_MS })), [[1, 0]]);
      assert.deepEqual(await list({ tenant: newTenant() }), { items: [], total: 0, reads: 0, limited: 0 });
    });

    test('tells the demand of all tenants together and of one, the most read first', async (desk) => {
      const { far, near, tenant, dataset, part } = desk;
      await near.merge([
        part({ reads: 5 }),
        part({ tenantId: newTenant(), reads: 6 }),
        part({ group: ETH, kind: 'ticker', reads: 7, limited: 100 }),
        part({ hourMs: hourMs - HOUR_MS, reads: 1 }),
        part({ hourMs: hourMs + HOUR_MS, reads: 99 }),
      ]);
      const span = { dataset, fromMs: hourMs - HOUR_MS, untilMs: hourMs + HOUR_MS };
      assert.deepEqual(await far.demand({ ...span, max: 2 }), [
        { group: BTC, kind: 'price', hourMs, reads: 11 },
        { group: ETH, kind: 'ticker', hourMs, reads: 7 },
      ]);
      assert.deepEqual(
        (await far.demand({ ...span, tenant, max: 9 })).map(({ reads }) => reads),
        [7, 5, 1],
      );
    });

    test('takes no part of an hour that began too long ago', async ({ near, part, list }) => {
      const lastMs = Math.ceil((Date.now() - MAX_ACCESS_AGE_MS) / HOUR_MS) * HOUR_MS;
      await near.merge([part({ hourMs: lastMs - HOUR_MS }), part({ hourMs: lastMs + HOUR_MS, reads: 2 })]);
      assert.deepEqual(counts(await list({ fromMs: 0 })), [[2, 0]]);
    });

    test('removes hours of one dataset that began before, and changes no sum by it', async (desk) => {
      const { near, far, dataset, part, list } = desk;
      const other = `e${randomUUID().slice(0, 8)}`;
      const old = { hourMs: hourMs - HOUR_MS };
      await near.merge([part(old), part({ ...old, group: ETH }), part({ ...old, dataset: other }), part({ reads: 4 })]);
      assert.equal(await far.tidy(dataset, hourMs), 2);
      assert.equal(await near.tidy(dataset, hourMs), 0);
      assert.deepEqual(counts(await list()), [[4, 0]]);
      assert.deepEqual(counts(await list({ dataset: other })), [[1, 0]]);
    });

    test('merges nothing at all without parts', ({ near }) => near.merge([]));
  });
}
