import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { PlatformDataset, SharedDataset } from '../core/shared.js';
import { CallCounts, type ExchangeCalls } from './call-counts.js';
import { type MetricTaker, registerCallFamilies } from './call-families.js';
import { ExchangeBackoff } from './exchange-backoff.js';
import { ExchangeCallsMade } from './exchange-calls.js';
import { defineMarketKinds } from './market-loaders.js';
import { isExchangeName, marketOf } from './market-names.js';
import { MarketReader } from './market-reader.js';
import { type PlatformMarketData, PlatformReader } from './platform-reader.js';
import type { MarketDataProvider } from './provider.js';
import { SymbolDirectory } from './symbol-directory.js';
import { type MarketKind, type MarketTtls, TtlTable } from './ttl-table.js';

/** As much of a cache as market data needs; `createTenantCache` returns one. */
export interface DatasetHandles {
  shared(dataset: string): SharedDataset;
  readonly platform: { shared(dataset: string): PlatformDataset };
}

export interface SharedMarketDataOptions {
  /** Its option `shared` has to name the dataset. */
  readonly cache: DatasetHandles;
  /** Default `market`. It holds market data only: kinds of the same names would be loaded as these. */
  readonly dataset?: string;
  /** By the names that callers give; lower-case letters, digits and `-`. */
  readonly providers: Readonly<Record<string, MarketDataProvider>>;
  /** Instead of the defaults in docs/features/market-data.md. */
  readonly ttl?: MarketTtls;
  /** How long after its time a value is answered, stale, where the exchange cannot be asked. */
  readonly grace?: Partial<Record<MarketKind, Duration>>;
  /** Of one answer of a provider. Default 10 s. */
  readonly timeout?: Duration;
  /** Symbols of an exchange that are counted by themselves; the others share `other`. Default 200. */
  readonly maxSymbolCounts?: number;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

const WHERE = 'SharedMarketDataCache';
const NAMES = ['cache', 'dataset', 'providers', 'ttl', 'grace', 'timeout', 'maxSymbolCounts', 'now'];

/**
 * Prices, tickers, order books and candles that all tenants share: each is asked of its exchange once for all of them, in
 * all processes, and kept for as long as its kind is fresh. Its own methods read as the current tenant.
 */
export class SharedMarketDataCache extends MarketReader {
  /** The same for jobs that no tenant asks for: no tenant is needed, nothing is counted on one. */
  readonly platform: PlatformMarketData;
  readonly #counts: CallCounts;

  /** @throws TenantCacheError `OPTION_INVALID`, `DATASET_NOT_FOUND` */
  constructor(options: SharedMarketDataOptions) {
    assertOptionNames(WHERE, options, NAMES);
    const { cache, dataset = 'market', ttl, grace, timeout = '10s', maxSymbolCounts = 200, now = Date.now } = options;
    const ttls = new TtlTable(WHERE, ttl, grace);
    const timeoutMs = durationMs(timeout, 'timeout', 1);
    const providers = providersOf(options.providers);
    if (!Number.isSafeInteger(maxSymbolCounts) || maxSymbolCounts < 0) {
      throw invalidOption(WHERE, `maxSymbolCounts: ${String(maxSymbolCounts)}`, 'a whole number, 0 or more');
    }
    const platform = cache.platform.shared(dataset);
    const counts = new CallCounts(providers.keys(), maxSymbolCounts);
    const backoff = new ExchangeBackoff(platform, now);
    const calls = new ExchangeCallsMade(providers, backoff, counts);
    const hasPrices = (group: string) => providers.get(marketOf(group)?.exchange ?? '')?.fetchPrice !== undefined;
    defineMarketKinds(platform, { calls, ttls, timeoutMs, now, hasPrices });
    const parts = { providers, directory: new SymbolDirectory(platform, providers, now), counts, now };
    super(parts, () => cache.shared(dataset));
    this.platform = new PlatformReader(parts, platform, backoff);
    this.#counts = counts;
  }

  /** By exchange, what this process asked it and what it was spared, since it began. */
  calls(): Record<string, ExchangeCalls> {
    return this.#counts.exchanges();
  }

  /**
   * Tells Prometheus the same, in families that begin with `prefix`.
   * @param taker a cache of `createTenantCache`, whose `metricsHandler()` then answers them, or a prom-client `Registry`
   */
  register(taker: MetricTaker, prefix = 'tenantcache_'): void {
    registerCallFamilies(taker, prefix, this.#counts);
  }
}

function providersOf(given: Readonly<Record<string, MarketDataProvider>>): ReadonlyMap<string, MarketDataProvider> {
  if (typeof given !== 'object' || given === null) throw invalidOption(WHERE, typeof given, 'providers by exchange');
  const providers = new Map(Object.entries(given));
  if (providers.size === 0) throw invalidOption(WHERE, 'no providers', 'at least one');
  for (const [exchange, provider] of providers) {
    if (!isExchangeName(exchange)) {
      throw invalidOption(WHERE, `a provider's name of ${exchange.length} characters`, 'such as binance');
    }
    if (typeof provider?.fetchTicker !== 'function') {
      throw invalidOption(WHERE, `providers.${exchange}: ${typeof provider}`, 'a MarketDataProvider');
    }
  }
  return providers;
}
