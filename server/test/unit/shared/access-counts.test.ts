import { describe, expect, it } from '@jest/globals';
import { tenantId } from '../../../src/core/tenant-id.js';
import { AccessCounts } from '../../../src/shared/access-counts.js';

const HOUR_MS = 3_600_000;
const [a, b] = [tenantId('a'), tenantId('b')];
const price = { group: 'binance:BTC/USDT', kind: 'price' };

function open(maxRows?: number) {
  const clock = { nowMs: 10 * HOUR_MS + 5 };
  return { clock, counts: new AccessCounts('epoch', () => clock.nowMs, maxRows) };
}

describe('who read what', () => {
  it('is counted by tenant, dataset, group, first part of the kind and hour, refusals apart', () => {
    const { counts } = open();
    counts.count(a, 'market', price);
    counts.count(a, 'market', price);
    counts.count(a, 'market', price, true);
    counts.count(b, 'market', price);
    counts.count(a, 'news', price);
    counts.count(a, 'market', { group: 'kraken:ETH', kind: 'ohlcv:1m:100' });
    counts.count(a, 'market', { group: 'kraken:ETH', kind: 'ohlcv:1h' });
    const part = { processEpoch: 'epoch', hourMs: 10 * HOUR_MS, dataset: 'market', ...price };
    expect(counts.parts()).toEqual([
      { ...part, tenantId: a, reads: 2, limited: 1 },
      { ...part, tenantId: a, group: 'kraken:ETH', kind: 'ohlcv', reads: 2, limited: 0 },
      { ...part, tenantId: b, reads: 1, limited: 0 },
      { ...part, tenantId: a, dataset: 'news', reads: 1, limited: 0 },
    ]);
  });

  it('grows within its hour whatever was kept of it, and is forgotten once it is over and kept', () => {
    const { counts, clock } = open();
    counts.count(a, 'market', price);
    counts.forget(counts.parts());
    counts.count(a, 'market', price);
    expect(counts.parts()).toMatchObject([{ reads: 2 }]);
    const kept = counts.parts();
    counts.count(a, 'market', price);
    clock.nowMs += HOUR_MS;
    counts.forget(kept);
    // What came after those parts is not kept yet.
    expect(counts.parts()).toMatchObject([{ reads: 3, hourMs: 10 * HOUR_MS }]);
    counts.count(a, 'market', price);
    expect(counts.parts()).toMatchObject([
      { reads: 3, hourMs: 10 * HOUR_MS },
      { reads: 1, hourMs: 11 * HOUR_MS },
    ]);
    counts.forget(counts.parts());
    expect(counts.parts()).toMatchObject([{ reads: 1, hourMs: 11 * HOUR_MS }]);
  });

  it('takes no more memory than it may: what does not fit is one row of its tenant, and no read of the others is lost', () => {
    const { counts, clock } = open(8);
    for (let n = 0; n < 50; n++) counts.count(a, 'market', { group: `g${n}`, kind: 'price' });
    counts.count(a, 'market', { group: 'g0', kind: 'price' });
    for (let n = 0; n < 50; n++) counts.count(tenantId(`t${n}`), 'market', price);
    for (let n = 0; n < 50; n++) counts.count(a, 'market', { group: `g${n}`, kind: `k${n}` }, true);
    const parts = counts.parts();
    const [mine, others] = [parts.filter(({ tenantId: id }) => id === a), parts.filter(({ tenantId: id }) => id !== a)];
    expect(mine.length).toBe(3);
    expect(mine.find(({ group }) => group === 'g0')).toMatchObject({ reads: 2 });
    expect(mine.find(({ group }) => group === '(other)')).toMatchObject({ reads: 48, limited: 50 });
    expect(others).toHaveLength(50);
    expect(others.every(({ reads }) => reads === 1)).toBe(true);
    clock.nowMs += HOUR_MS;
    counts.forget(parts);
    counts.count(b, 'market', price);
    expect(counts.parts()).toMatchObject([{ tenantId: b, ...price, reads: 1 }]);
  });

  it('counts on with a clock that is set back', () => {
    const { counts, clock } = open();
    counts.count(a, 'market', price);
    clock.nowMs -= 2 * HOUR_MS;
    counts.count(a, 'market', price);
    expect(counts.parts()).toMatchObject([{ reads: 2, hourMs: 10 * HOUR_MS }]);
  });
});
