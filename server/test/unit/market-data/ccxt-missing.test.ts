import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { closeCaches, memoryCache } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

describe('the ccxt provider without ccxt', () => {
  it('says what to install, and is no outage', async () => {
    jest.unstable_mockModule('ccxt', () => {
      throw Object.assign(new Error("Cannot find package 'ccxt' imported from somewhere"), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
    });
    const { ccxtProvider, SharedMarketDataCache } = await import('../../../src/market-data/index.js');
    const { cache } = memoryCache({ shared: { market: {} } });
    const market = new SharedMarketDataCache({ cache, providers: { binance: ccxtProvider({ exchange: 'binance' }) } });
    const missing = { code: 'OPTION_INVALID', message: expect.stringContaining('npm install ccxt') };
    for (const read of [
      () => market.platform.getPrice('binance', 'BTC/USDT'),
      () => market.platform.getTickers('binance', ['BTC/USDT', 'ETH/USDT']),
      () => market.platform.symbols('binance'),
    ])
      await expect(read()).rejects.toMatchObject(missing);
  });
});
