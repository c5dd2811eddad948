import { fail, TenantCacheError } from '../core/errors.js';
import type { SharedDataset } from '../core/shared.js';
import type { CallCounts } from './call-counts.js';
import { candlesIn } from './candle-text.js';
import { exchangeUnknown } from './exchange-calls.js';
import type {
  BookLevels,
  Freshness,
  Market,
  MarketData,
  Ohlcv,
  OrderBook,
  Price,
  Ticker,
  TickerFigures,
} from './market-data.js';
import type { Kept } from './market-loaders.js';
import { assertSymbolName, exchangeGroup, marketGroup, symbolUnknown } from './market-names.js';
import type { MarketDataProvider } from './provider.js';
import { CANDLE_COUNTS, DEPTHS, sizeFor } from './sizes.js';
import { SizesInUse } from './sizes-in-use.js';
import type { SymbolDirectory } from './symbol-directory.js';
import { assertTimeframe, type Timeframe } from './timeframes.js';

const MAX_SYMBOLS_PER_CALL = 1_000;

export interface ReaderParts {
  readonly providers: ReadonlyMap<string, MarketDataProvider>;
  readonly directory: SymbolDirectory;
  readonly counts: CallCounts;
  readonly now: () => number;
}

/** Market data by way of one handle of the dataset: a tenant's, which counts and limits its reads, or the platform's. */
export class MarketReader implements MarketData {
  readonly #parts: ReaderParts;
  readonly #dataset: () => SharedDataset;
  readonly #sizes: SizesInUse;

  /** @param dataset asked at each call: whose handle it is may change from call to call */
  constructor(parts: ReaderParts, dataset: () => SharedDataset) {
    this.#parts = parts;
    this.#dataset = dataset;
    this.#sizes = new SizesInUse(parts.now);
  }

  getPrice(exchange: string, symbol: string): Promise<Price> {
    return this.#one<Pick<Price, 'price'>>(exchange, symbol, 'price');
  }

  getTicker(exchange: string, symbol: string): Promise<Ticker> {
    return this.#one<TickerFigures>(exchange, symbol, 'ticker');
  }

  async getOrderBook(exchange: string, symbol: string, depth = 20): Promise<OrderBook> {
    await this.#assertMarket(exchange, symbol);
    const size = this.#sizes.sizeFor(`${exchange}:${symbol}:book`, sizeFor('depth', depth, DEPTHS));
    const kept = await this.#read<BookLevels>(exchange, symbol, `book:${size}`);
    const book = { ...this.#freshness(exchange, symbol, kept), ...kept.is };
    return { ...book, bids: book.bids.slice(0, depth), asks: book.asks.slice(0, depth) };
  }

  async getOhlcv(exchange: string, symbol: string, timeframe: Timeframe, limit = 100): Promise<Ohlcv> {
    assertTimeframe(timeframe);
    await this.#assertMarket(exchange, symbol);
    const asked = sizeFor('limit', limit, CANDLE_COUNTS);
    const size = this.#sizes.sizeFor(`${exchange}:${symbol}:${timeframe}`, asked);
    const kept = await this.#read<string>(exchange, symbol, `ohlcv:${timeframe}:${size}`);
    return { ...this.#freshness(exchange, symbol, kept), timeframe, candles: candlesIn(kept).slice(-limit) };
  }

  getPrices(exchange: string, symbols: readonly string[]): Promise<Map<string, Price>> {
    return this.#many<Pick<Price, 'price'>>(exchange, symbols, 'price');
  }

  getTickers(exchange: string, symbols: readonly string[]): Promise<Map<string, Ticker>> {
    return this.#many<TickerFigures>(exchange, symbols, 'ticker');
  }

  async symbols(exchange: string): Promise<readonly string[] | undefined> {
    this.#assertExchange(exchange);
    const kept = await this.#dataset()
      .get<Kept<readonly string[]> | null>(exchangeGroup(exchange), 'symbols')
      .catch(asExchangeError);
    return kept?.is;
  }

  async #one<T>(exchange: string, symbol: string, kind: string): Promise<T & Market & Freshness> {
    await this.#assertMarket(exchange, symbol);
    const kept = await this.#read<T>(exchange, symbol, kind);
    return { ...this.#freshness(exchange, symbol, kept), ...kept.is };
  }

  /** Before anything is kept under these names. */
  async #assertMarket(exchange: string, symbol: string): Promise<void> {
    this.#assertExchange(exchange);
    assertSymbolName(symbol);
    await this.#parts.directory.assertKnown(exchange, symbol);
  }

  async #read<T>(exchange: string, symbol: string, kind: string): Promise<Kept<T>> {
    const kept = await this.#dataset().get<Kept<T> | null>(marketGroup(exchange, symbol), kind).catch(asExchangeError);
    if (!kept) throw symbolUnknown();
    this.#parts.counts.answered(exchange, symbol);
    return kept;
  }

  async #many<T>(
    exchange: string,
    symbols: readonly string[],
    kind: string,
  ): Promise<Map<string, T & Market & Freshness>> {
    this.#assertExchange(exchange);
    const known = await this.#knownOf(exchange, symbols);
    const kept = await this.#keptOf<T>(exchange, known, kind);
    return new Map(
      [...kept].map(([symbol, one]) => [symbol, { ...this.#freshness(exchange, symbol, one), ...one.is }]),
    );
  }

  /** Those of them that the exchange has, as far as that is known. */
  async #knownOf(exchange: string, symbols: readonly string[]): Promise<string[]> {
    const wanted = [...new Set(symbols)];
    if (wanted.length > MAX_SYMBOLS_PER_CALL) {
      throw fail('REQUEST_INVALID', { given: `${wanted.length} symbols`, allowed: `at most ${MAX_SYMBOLS_PER_CALL}` });
    }
    for (const symbol of wanted) assertSymbolName(symbol);
    const has = await Promise.all(wanted.map((symbol) => this.#parts.directory.has(exchange, symbol)));
    const known = wanted.filter((_, index) => has[index] !== false);
    if (known.length === 0 && wanted.length > 0) throw symbolUnknown();
    return known;
  }

  async #keptOf<T>(exchange: string, symbols: readonly string[], kind: string): Promise<Map<string, Kept<T>>> {
    const groups = new Map(symbols.map((symbol) => [marketGroup(exchange, symbol), symbol]));
    const values = await this.#dataset()
      .getMany<Kept<T> | null>([...groups.keys()], kind)
      .catch(asExchangeError);
    const kept = new Map<string, Kept<T>>();
    for (const [group, symbol] of groups) {
      const value = values.get(group);
      if (!value) continue;
      kept.set(symbol, value);
      this.#parts.counts.answered(exchange, symbol);
    }
    if (kept.size === 0 && symbols.length > 0) throw symbolUnknown();
    return kept;
  }

  #freshness(exchange: string, symbol: string, { asOf, freshUntil }: Kept<unknown>): Market & Freshness {
    return { exchange, symbol, asOf, stale: this.#parts.now() >= freshUntil };
  }

  #assertExchange(exchange: string): void {
    const { providers } = this.#parts;
    if (!providers.has(exchange)) throw exchangeUnknown(providers);
  }
}

/** A provider that does not answer in time is an exchange that does not. */
function asExchangeError(error: unknown): never {
  if (error instanceof TenantCacheError && error.code === 'LOAD_TIMEOUT') {
    throw fail('EXCHANGE_UNAVAILABLE', { cause: error });
  }
  throw error;
}
