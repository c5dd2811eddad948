import { describe, expect, it } from '@jest/globals';
import { fail } from '../../../src/core/errors.js';
import { MAX_ACCESS_AGE_MS, type SharedAccessPart } from '../../../src/core/shared.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { AccessCounts } from '../../../src/shared/access-counts.js';
import { MemorySharedAccess } from '../../../src/testing/memory-shared-access.js';
import { AccessFlusher } from '../../../src/usage/access-flusher.js';

const HOUR_MS = 3_600_000;
const START_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 40 * HOUR_MS;
const A = tenantId('a');
const PRICE = { group: 'binance:BTC/USDT', kind: 'price' };

/** One process that counts and flushes into a store that may fail, before or after it has kept what it was given. */
function open() {
  const state = { nowMs: START_MS, fails: undefined as 'before' | 'after' | undefined, refuse: '' };
  const kept = new MemorySharedAccess();
  const sent: (readonly SharedAccessPart[])[] = [];
  const warned: object[] = [];
  const counts = new AccessCounts('p1', () => state.nowMs);
  const silent = () => {};
  const flusher = new AccessFlusher({
    source: counts,
    store: {
      async merge(parts) {
        if (state.fails === 'before') throw fail('DIRECTORY_UNAVAILABLE');
        if (parts.some(({ group }) => group === state.refuse)) throw new Error('refused');
        sent.push(parts);
        await kept.merge(parts);
        if (state.fails === 'after') throw fail('DIRECTORY_UNAVAILABLE');
      },
    },
    logger: { debug: silent, info: silent, warn: (fields: object) => warned.push(fields), error: silent } as never,
    now: () => state.nowMs,
  });
  const read = (times = 1, key = PRICE) => {
    for (let n = 0; n < times; n++) counts.count(A, 'market', key);
  };
  const list = async () => {
    const span = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER, page: 1, pageSize: 10_000 };
    return kept.list({ dataset: 'market', ...span });
  };
  return { state, counts, flusher, read, list, sent, warned };
}

describe('AccessFlusher', () => {
  it('brings what was counted, and afterwards only what grew', async () => {
    const { flusher, read, list, sent } = open();
    read(3);
    read(2, { group: 'binance:ETH/USDT', kind: 'price' });
    await flusher.flush();
    await flusher.flush();
    read();
    await flusher.flush();
    expect(sent.map((parts) => parts.map(({ reads }) => reads))).toEqual([[3, 2], [4]]);
    expect((await list()).reads).toBe(6);
  });

  it.each(['before', 'after'] as const)(
    'loses and doubles nothing where the store fails %s it has kept it',
    async (when) => {
      const { state, flusher, read, list, warned } = open();
      let reads = 0;
      for (let round = 0; round < 20; round++) {
        state.fails = round % 2 === 0 ? when : undefined;
        state.nowMs += HOUR_MS / 2;
        read(round + 1);
        reads += round + 1;
        const flushed = flusher.flush();
        if (state.fails) await expect(flushed).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
        else await flushed;
      }
      expect(await list()).toMatchObject({ reads, total: 11 });
      expect(warned).toHaveLength(10);
      expect(warned[0]).toEqual({ code: 'DIRECTORY_UNAVAILABLE' });
    },
  );

  it('keeps all of an outage, over hours, and forgets what is kept of hours that are over', async () => {
    const { state, counts, flusher, read, list } = open();
    state.fails = 'before';
    for (let hour = 0; hour < 5; hour++) {
      read(10);
      await expect(flusher.flush()).rejects.toThrow();
      state.nowMs += HOUR_MS;
    }
    expect(counts.parts()).toHaveLength(5);
    state.fails = undefined;
    await flusher.flush();
    expect(await list()).toMatchObject({ reads: 50, total: 5 });
    expect(counts.parts()).toEqual([]);
  });

  it('forgets an hour that grew no more after it was kept, once it is over', async () => {
    const { state, counts, flusher, read } = open();
    read();
    await flusher.flush();
    state.nowMs += HOUR_MS;
    await flusher.flush();
    expect(counts.parts()).toEqual([]);
  });

  it('gives up what the store takes no more, so that an outage without end fills no memory', async () => {
    const { state, counts, flusher, read, sent } = open();
    state.fails = 'before';
    read();
    await expect(flusher.flush()).rejects.toThrow();
    state.nowMs += MAX_ACCESS_AGE_MS + HOUR_MS;
    state.fails = undefined;
    await flusher.flush();
    expect([counts.parts(), sent]).toEqual([[], []]);
  });

  it('sends batches of 500 at most, and a part that is refused keeps no other out', async () => {
    const { state, flusher, read, list, sent, warned } = open();
    state.refuse = 'binance:S7/USDT';
    for (let n = 0; n < 1_200; n++) read(1, { group: `binance:S${n}/USDT`, kind: 'price' });
    await expect(flusher.flush()).rejects.toThrow('refused');
    expect(await list()).toMatchObject({ reads: 1_199 });
    expect(Math.max(...sent.map((parts) => parts.length))).toBeLessThanOrEqual(500);
    expect(warned).toEqual([{ code: 'UNKNOWN' }]);
    state.refuse = '';
    await flusher.flush();
    expect(await list()).toMatchObject({ reads: 1_200 });
  });

  it('never has two flushes under way, and close brings what came meanwhile', async () => {
    const { flusher, read, list } = open();
    read();
    const first = flusher.flush();
    read();
    await Promise.all([first, flusher.close()]);
    expect((await list()).reads).toBe(2);
  });
});
