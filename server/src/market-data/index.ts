// Each line has a user outside this package.
export type { Calls, ExchangeCalls } from './call-counts.js';
export { type CcxtProviderOptions, ccxtProvider } from './ccxt-provider.js';
// For who writes a provider.
export { ExchangeLimitedError } from './exchange-limited-error.js';
export type {
  BookLevel,
  BookLevels,
  Candle,
  DecimalText,
  Freshness,
  Market,
  MarketData,
  Ohlcv,
  OrderBook,
  Price,
  Ticker,
  TickerFigures,
} from './market-data.js';
export type { PlatformMarketData } from './platform-reader.js';
export type { MarketDataProvider, ProviderCall, Told } from './provider.js';
export { SharedMarketDataCache, type SharedMarketDataOptions } from './shared-market-data-cache.js';
export { TIMEFRAMES, type Timeframe } from './timeframes.js';
