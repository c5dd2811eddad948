import { afterEach, describe, expect, it } from '@jest/globals';
import type { PlatformDataset } from '../../../src/core/shared.js';
import { ExchangeBackoff } from '../../../src/market-data/exchange-backoff.js';
import { SharedMarketDataCache } from '../../../src/market-data/index.js';
import { MarketProvider } from '../../fakes/market-provider.js';
import { closeCaches, memoryCache } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

/** Two processes on one dataset, the first with a clock that is ahead by so much. */
function open(aheadMs = 0) {
  const { cache } = memoryCache({ shared: { market: {} } });
  const dataset = cache.platform.shared('market');
  let nowMs = Date.now();
  const later = (ms: number) => {
    nowMs += ms;
  };
  const [one, other] = [aheadMs, 0].map((ms) => new ExchangeBackoff(dataset, () => nowMs + ms));
  const left = async (backoff?: ExchangeBackoff) =>
    backoff?.assertOpen('x').then(
      () => 0,
      ({ retryAfterMs }) => retryAfterMs,
    );
  return { dataset, later, one: one as ExchangeBackoff, other: other as ExchangeBackoff, left };
}

const losses: [string, (dataset: PlatformDataset) => Promise<unknown>][] = [
  ['an invalidation', (dataset) => dataset.invalidateGroups('x:')],
  ['an eviction', (dataset) => dataset.delete('x:@', 'backoff')],
  ['a store that begins anew', (dataset) => dataset.clear()],
];

describe('an exchange that is left alone', () => {
  it.each(losses)('is so still after %s, in all processes that heard of it', async (_, lose) => {
    const { dataset, later, one, other, left } = open();
    await one.begin('x', 30_000);
    expect([await left(one), await left(other)]).toEqual([30_000, 30_000]);
    await lose(dataset);
    later(10_000);
    expect([await left(one), await left(other)]).toEqual([20_000, 20_000]);
    later(20_000);
    expect([await left(one), await left(other)]).toEqual([0, 0]);
  });

  it.each([0, 5_000, -5_000])('is asked again where that is lifted, by clocks %d ms apart', async (aheadMs) => {
    const { one, other, left } = open(aheadMs);
    await one.begin('x', 30_000);
    expect(await left(other)).toBeGreaterThan(0);
    expect(await other.lift('x')).toBe(true);
    expect([await left(one), await left(other)]).toEqual([0, 0]);
    // Who is refused after that is believed.
    await one.begin('x', 40_000);
    expect(await left(one)).toBe(40_000);
    expect(await left(other)).toBeGreaterThan(30_000);
  });

  it('is lifted also by a process that never heard of it, whose clock is behind', async () => {
    const { dataset, one, other, left } = open(5_000);
    await one.begin('x', 30_000);
    await dataset.delete('x:@', 'backoff');
    await other.lift('x');
    expect([await left(one), await left(other)]).toEqual([0, 0]);
  });

  it('begins anew once it was lifted: not for longer than the first time', async () => {
    const { one, left } = open();
    await one.begin('x', undefined);
    await one.lift('x');
    expect(await one.begin('x', undefined)).toBe(5_000);
    expect(await left(one)).toBe(5_000);
  });

  it('is lifted by the platform, of exchanges that there are', async () => {
    const { cache } = memoryCache({ shared: { market: {} } });
    const market = new SharedMarketDataCache({ cache, providers: { test: new MarketProvider() } });
    expect(await market.platform.liftBackoff('test')).toBe(true);
    await expect(market.platform.liftBackoff('nowhere')).rejects.toMatchObject({ code: 'EXCHANGE_UNKNOWN' });
    expect('liftBackoff' in market).toBe(false);
  });
});
