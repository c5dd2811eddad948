import { describe, expect, it } from '@jest/globals';
import type { SharedAccessStore } from '../../../src/core/shared.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import type { WarmSource, WarmTarget } from '../../../src/core/warming.js';
import { forecast, movers, recentUse, teamUse, topSymbols, UserReads, watchlists } from '../../../src/index.js';
import { MemoryWatchlists } from '../../../src/testing/memory-watchlists.js';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-20T10:30:00Z');
const PRESENT_MS = Date.parse('2026-11-20T10:00:00Z');
const ACME = 'acme' as TenantId;
const BLUE = 'blue' as TenantId;

const target = (group: string, kind: string): WarmTarget => ({
  id: `${group} ${kind}`,
  warm: async () => ({ kind: 'fresh' }),
});
const price = { kinds: ['price'], target };

async function idsOf(source: WarmSource, nowMs = NOW_MS): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of await source.targets({ nowMs, signal: new AbortController().signal })) ids.push(id);
  return ids;
}

type Row = readonly [TenantId, group: string, kind: string, hoursAgo: number, reads: number];

/** Reads of the dataset `market` as a store gives them back; those do not take hours from long ago. */
function access(...rows: readonly Row[]): SharedAccessStore {
  const demand: SharedAccessStore['demand'] = async ({ dataset, tenant, fromMs, untilMs }) => {
    const timed = rows.map(([of, group, kind, hoursAgo, reads]) => {
      return { of, group, kind, reads, hourMs: PRESENT_MS - hoursAgo * HOUR_MS };
    });
    return timed.filter(
      ({ of, hourMs }) =>
        dataset === 'market' && (tenant === undefined || of === tenant) && hourMs >= fromMs && hourMs < untilMs,
    );
  };
  return { demand } as SharedAccessStore;
}
const broken = { demand: () => Promise.reject(new Error('away')) } as unknown as SharedAccessStore;

describe('topSymbols()', () => {
  const many = Array.from({ length: 150 }, (_, index) => `x:${index}`);

  it('lists the first 100 in the order given, all kinds of each, once', async () => {
    const ids = await idsOf(topSymbols({ groups: [...many, ...many], kinds: ['price', 'ohlcv:1m:100'], target }));
    expect(ids).toHaveLength(200);
    expect(ids.slice(0, 3)).toEqual(['x:0 price', 'x:0 ohlcv:1m:100', 'x:1 price']);
  });

  it('puts what was read first, by all kinds and tenants, and keeps the order of the rest', async () => {
    const store = access(
      [ACME, 'x:140', 'price', 1, 5],
      [BLUE, 'x:140', 'ohlcv', 2, 5],
      [ACME, 'x:3', 'price', 1, 9],
      [ACME, 'x:9', 'price', 24 * 30, 999],
      [ACME, 'gone', 'price', 1, 999],
    );
    const source = topSymbols({ groups: () => many, ...price, count: 4, demand: { access: store, dataset: 'market' } });
    expect(await idsOf(source)).toEqual(['x:140 price', 'x:3 price', 'x:0 price', 'x:1 price']);
  });

  it('lists them in the order given where demand cannot be read', async () => {
    const source = topSymbols({
      groups: async () => many,
      ...price,
      count: 2,
      demand: { access: broken, dataset: 'm' },
    });
    expect(await idsOf(source)).toEqual(['x:0 price', 'x:1 price']);
  });
});

describe('watchlists()', () => {
  async function filled() {
    const store = new MemoryWatchlists();
    await store.put(ACME, 'b', ['x:2', 'x:1']);
    await store.put(ACME, 'a', ['x:3', 'x:2']);
    await store.put(BLUE, 'a', ['x:1', 'x:nonsense']);
    return store;
  }

  it('lists what most tenants watch first, as many as are wanted', async () => {
    const ids = await idsOf(watchlists({ store: await filled(), ...price, max: 2 }));
    expect(ids).toEqual(['x:1 price', 'x:nonsense price']);
  });

  it('lists what a tenant watches however many groups there are that nobody accepts, or that another watches', async () => {
    const store = new MemoryWatchlists();
    for (let list = 0; list < 50; list++) {
      const groups = Array.from({ length: 500 }, (_, n) => `a:${list}-${n}`);
      await store.put(BLUE, `l${list}`, groups);
      await store.put('crowd' as TenantId, `l${list}`, groups);
    }
    await store.put(ACME, 'mine', ['x:1', 'x:2']);
    const accepts = (group: string) => group.startsWith('x:');
    expect(await idsOf(watchlists({ store, ...price, max: 10, accepts }))).toEqual(['x:1 price', 'x:2 price']);
    const alone = new MemoryWatchlists(async (tenant) => tenant === 'crowd');
    for (const { name, groups } of await store.list(BLUE)) await alone.put(BLUE, name, groups);
    await alone.put('crowd' as TenantId, 'mine', ['s:1']);
    await alone.put(ACME, 'mine', ['x:1', 'x:2']);
    expect(await idsOf(watchlists({ store: alone, ...price, max: 2 }))).toEqual(['x:1 price', 'x:2 price']);
  });

  it('lists one tenant’s in its order, and nothing of another', async () => {
    const source = watchlists({ store: await filled(), ...price, tenant: 'acme' });
    expect(await idsOf(source)).toEqual(['x:3 price', 'x:2 price', 'x:1 price']);
  });

  it('lists nothing that the application does not accept', async () => {
    const source = watchlists({ store: await filled(), ...price, accepts: (group) => group !== 'x:nonsense' });
    expect((await idsOf(source)).sort()).toEqual(['x:1 price', 'x:2 price', 'x:3 price']);
  });
});

describe('movers()', () => {
  it('lists what moved most, up or down, and leaves out what is no number', async () => {
    const tickers = async () => [
      { group: 'x:up', changePercent: 5 },
      { group: 'x:down', changePercent: '-7.25' },
      { group: 'x:flat', changePercent: 0 },
      { group: 'x:none', changePercent: null },
      { group: 'x:empty', changePercent: ' ' },
      { group: 'x:text', changePercent: 'n/a' },
      { group: 'x:infinite', changePercent: Number.POSITIVE_INFINITY },
    ];
    expect(await idsOf(movers({ tickers, ...price, count: 10 }))).toEqual([
      'x:down price',
      'x:up price',
      'x:flat price',
    ]);
    expect(await idsOf(movers({ tickers, ...price, count: 1 }))).toEqual(['x:down price']);
  });
});

describe('recentUse()', () => {
  const store = () =>
    access(
      [ACME, 'x:1', 'price', 0, 1],
      [ACME, 'x:1', 'price', 3, 4],
      [ACME, 'x:2', 'ohlcv', 1, 9],
      [ACME, 'x:3', 'price', 30, 99],
      [ACME, '(other)', 'price', 1, 999],
      [BLUE, 'x:4', 'price', 1, 6],
    );
  const kinds = ['price', 'ohlcv:1m:100', 'ohlcv:1d:30'];

  it('lists what a tenant read within the time, the most read first, and nothing that another read', async () => {
    const source = recentUse({ access: store(), dataset: 'market', tenant: 'acme', kinds, target });
    expect(await idsOf(source)).toEqual(['x:2 ohlcv:1m:100', 'x:2 ohlcv:1d:30', 'x:1 price']);
  });

  it('lists what all tenants read, where none is named', async () => {
    const source = recentUse({ access: store(), dataset: 'market', ...price, within: '48h' });
    expect(await idsOf(source)).toEqual(['x:3 price', 'x:4 price', 'x:1 price']);
    expect(await idsOf(recentUse({ access: store(), dataset: 'other', ...price }))).toEqual([]);
  });
});

describe('teamUse()', () => {
  it('lists what most of a team read lately first, of this tenant and of these users only', async () => {
    let nowMs = NOW_MS - 48 * HOUR_MS;
    const reads = new UserReads(() => nowMs);
    reads.note('acme', 'ann', 'portfolio', 'old');
    nowMs = NOW_MS - HOUR_MS;
    for (let n = 0; n < 5; n++) reads.note('acme', 'ann', 'portfolio', '1');
    reads.note('acme', 'ann', 'portfolio', '2');
    reads.note('acme', 'ben', 'portfolio', '2');
    reads.note('acme', 'eve', 'portfolio', 'of another team');
    reads.note('blue', 'ann', 'portfolio', 'of another tenant');
    const source = teamUse({ tenant: 'acme', usersOf: async () => ['ann', 'ben', 'ben', 'nobody'], reads, target });
    expect(await idsOf(source)).toEqual(['portfolio 2', 'portfolio 1']);
  });

  it('keeps apart tenants and users, names and keys, whatever they are called', () => {
    const reads = new UserReads();
    reads.note('a', 'b c', 'x', 'y","z');
    expect(reads.of('a', 'b')).toEqual([]);
    expect(() => reads.note('a b', 'c', 'x', 'y')).toThrow(expect.objectContaining({ code: 'TENANT_INVALID' }));
    reads.note('a', 'b c', 'x","y', 'z');
    const noted = reads.of('a', 'b c').map(({ name, reads: count }) => [...name, count]);
    expect(noted.sort()).toEqual([
      ['x","y', 'z', 1],
      ['x', 'y","z', 1],
    ]);
  });

  it('keeps the last 100 names of the last 10,000 users', () => {
    const reads = new UserReads();
    for (let key = 0; key < 150; key++) reads.note('a', 'ann', 'portfolio', String(key));
    expect(reads.of('a', 'ann')).toHaveLength(100);
    for (let user = 0; user < 10_000; user++) reads.note('a', `u${user}`, 'portfolio', '1');
    expect(reads.of('a', 'ann')).toEqual([]);
  });
});

describe('forecast()', () => {
  it('lists what is read at this time of the week before what was read more often at another', async () => {
    const store = access(
      ...[1, 2, 3, 4].map((week) => [ACME, 'x:now', 'price', week * 168 - 1, 60] as const),
      ...[1, 2, 3, 4].map((week) => [BLUE, 'x:night', 'price', week * 168 - 13, 80] as const),
    );
    const source = forecast({ access: store, dataset: 'market', ...price, count: 1 });
    expect(await idsOf(source, NOW_MS + HOUR_MS)).toEqual(['x:now price']);
    expect(await idsOf(source, NOW_MS + 13 * HOUR_MS)).toEqual(['x:night price']);
  });
});

describe('every source', () => {
  const store = new MemoryWatchlists();
  const dataset = 'market';
  it.each([
    () => topSymbols({ groups: [], kinds: [], target }),
    () => topSymbols({ groups: [], kinds: ['Price'], target }),
    () => topSymbols({ groups: [], ...price, count: 0 }),
    () => topSymbols({ groups: [], ...price, counts: 1 } as never),
    () => topSymbols({ groups: [], ...price, demand: { access: broken, dataset, for: '1d' } as never }),
    () => topSymbols({ groups: [], kinds: ['price'] } as never),
    () => watchlists({ store, ...price, max: 10_001 }),
    () => movers({ tickers: () => [], ...price, count: 1.5 }),
    () => recentUse({ access: broken, dataset, ...price, within: 'soon' as never }),
    () => forecast({ access: broken, dataset, ...price, horizon: 0 }),
    () => teamUse({ tenant: 'a', usersOf: () => [], reads: new UserReads(), target, max: Number.NaN }),
  ])('refuses options that it does not have: %#', (make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it('rejects where what it asks does not answer: the run says so', async () => {
    await expect(idsOf(forecast({ access: broken, dataset, ...price }))).rejects.toThrow('away');
    await expect(idsOf(recentUse({ access: broken, dataset, ...price }))).rejects.toThrow('away');
  });
});
