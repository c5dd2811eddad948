import type { TenantCacheServer } from 'tenantcache';
import { ccxtProvider, SharedMarketDataCache } from 'tenantcache/market-data';
import { EXCHANGE } from './pairs.js';

/** For how long one answer of the exchange is waited for. */
const PATIENCE = '4s';

/**
 * The market data that all tenants share, by way of ccxt's Binance client pointed at the exchange under `exchangeUrl`.
 * @param dataset named by the cache's option `shared`
 */
export function openMarket(cache: TenantCacheServer, exchangeUrl: string, dataset = 'market'): SharedMarketDataCache {
  const provider = ccxtProvider({ exchange: EXCHANGE, url: exchangeUrl, timeout: PATIENCE });
  const market = new SharedMarketDataCache({ cache, dataset, providers: { [EXCHANGE]: provider } });
  market.register(cache);
  return market;
}
