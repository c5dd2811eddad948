import type { SharedKey } from '../core/dataset.js';
import { fail } from '../core/errors.js';
import type { PlatformDataset, SharedKindOptions, SharedLoadContext } from '../core/shared.js';
import { candleText } from './candle-text.js';
import type { ExchangeCallsMade } from './exchange-calls.js';
import type { BookLevels, TickerFigures } from './market-data.js';
import { exchangeGroup, marketOf } from './market-names.js';
import { OutageMemory } from './outage-memory.js';
import type { MarketDataProvider, Told } from './provider.js';
import { CANDLE_COUNTS, DEPTHS, sizeOf } from './sizes.js';
import { assertTimeframe, type Timeframe } from './timeframes.js';
import type { MarketKind, TtlTable } from './ttl-table.js';

/** What an entry holds: a value with its own times, in milliseconds since 1970, so that no tier has to be asked for them. */
export interface Kept<T> {
  readonly is: T;
  readonly asOf: number;
  readonly freshUntil: number;
}

/** Of a kind's whole name. */
const PARTS: Readonly<Record<MarketKind, number>> = { price: 1, ticker: 1, book: 2, ohlcv: 3, symbols: 1 };
/** Share of the time that a value is fresh for that is taken off at random. */
const JITTER = 0.1;
const NEGATIVE_TTL_MS = 60_000;
/** How long a failure is repeated in this process instead of asking the exchange again. */
const ERROR_TTL_MS = 1_000;
/** A value that is there is answered stale rather than waited for any longer. */
const SOFT_TIMEOUT_MS = 1_000;

export interface LoaderParts {
  /** Whether the provider of a group's exchange has calls for the price alone. */
  readonly hasPrices: (group: string) => boolean;
  readonly calls: ExchangeCallsMade;
  readonly ttls: TtlTable;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** Tells the dataset how each kind is loaded: whoever reads or warms it, in whichever process, loads it alike. */
export function defineMarketKinds(platform: PlatformDataset, parts: LoaderParts): void {
  const { ttls, timeoutMs, now } = parts;
  const memory = new OutageMemory(() => platform.storeState() === 'down', now);
  const kept = <T>(kind: MarketKind, { atMs, ...is }: Told<T>, ttlMs = ttls.of(kind).ttlMs): Kept<T> => {
    const nowMs = now();
    return { is: is as T, asOf: Math.min(atMs ?? nowMs, nowMs), freshUntil: nowMs + ttlMs };
  };
  const define = <T>(kind: MarketKind, options: SharedKindOptions<Kept<T> | null>) => {
    const { ttlMs: ttl, graceMs: grace } = ttls.of(kind);
    const { load, loadMany } = options;
    platform.define(kind, {
      ttl,
      grace,
      ttlJitter: kind === 'ohlcv' ? 0 : JITTER,
      negativeTtl: Math.min(NEGATIVE_TTL_MS, ttl),
      errorTtl: ERROR_TTL_MS,
      softTimeout: SOFT_TIMEOUT_MS,
      hardTimeout: timeoutMs,
      ...(load && { load: memory.loading((key, context) => load(exactly(kind, key), context)) }),
      ...(loadMany && {
        loadMany: memory.loadingMany((keys, context) =>
          loadMany(
            keys.map((key) => exactly(kind, key)),
            context,
          ),
        ),
      }),
    });
  };
  /** Loads one; a group that names no market has no value. */
  const load =
    <T>(
      kind: MarketKind,
      ask: (
        provider: MarketDataProvider,
        symbol: string,
        sizes: readonly string[],
        signal: AbortSignal,
      ) => Promise<Told<T> | null>,
    ) =>
    async ({ group, kind: whole }: SharedKey, { signal }: SharedLoadContext): Promise<Kept<T> | null> => {
      const market = marketOf(group);
      if (market === undefined) return null;
      const { exchange, symbol } = market;
      const sizes = whole.split(':').slice(1);
      const told = await parts.calls.call(exchange, [symbol], signal, (provider) =>
        ask(provider, symbol, sizes, signal),
      );
      return told && kept(kind, told);
    };
  /** Loads many of an exchange by one call. */
  const loadMany =
    <T>(kind: MarketKind, of: (ticker: Told<TickerFigures>) => Told<T>) =>
    async (keys: readonly SharedKey[], { signal }: SharedLoadContext) => {
      const loaded = new Map<SharedKey, Kept<T> | null>();
      for (const [exchange, asked] of byExchange(keys, loaded)) {
        const symbols = [...asked.keys()];
        const tickers = await parts.calls.call(exchange, symbols, signal, (provider) =>
          provider.fetchTickers(symbols, { signal }),
        );
        for (const [symbol, key] of asked) {
          const ticker = tickers.get(symbol);
          if (ticker) loaded.set(key, kept(kind, of(ticker)));
          else if (!tickers.has(symbol)) loaded.set(key, null);
        }
      }
      // What could not be had is left out, unless there is nothing else.
      if (loaded.size === 0 && keys.length > 0) throw fail('EXCHANGE_UNAVAILABLE');
      return loaded;
    };

  const loadPrice = load<{ readonly price: string }>('price', async (provider, symbol, _, signal) => {
    if (provider.fetchPrice) return provider.fetchPrice(symbol, { signal });
    const ticker = await provider.fetchTicker(symbol, { signal });
    return ticker && priceOf(ticker);
  });
  /** How much longer a price is fresh than the ticker that it was taken from. */
  const longerMs = ttls.of('price').ttlMs - ttls.of('ticker').ttlMs;
  define<{ readonly price: string }>('price', {
    load: async (key, context) => {
      if (longerMs < 0 || parts.hasPrices(key.group)) return loadPrice(key, context);
      // The same call of the exchange serves who asks for the price and who asks for the ticker.
      const ticker = await platform.get<Kept<TickerFigures> | null>(key.group, 'ticker');
      if (!ticker) return null;
      const nowMs = now();
      // One that begins stale would be kept for twice the grace. It may be fresh by another process's clock.
      if (ticker.freshUntil <= nowMs) return loadPrice(key, context);
      const freshUntil = ticker.freshUntil + longerMs;
      context.setTtl(freshUntil - nowMs);
      return { is: { price: ticker.is.last }, asOf: ticker.asOf, freshUntil };
    },
    loadMany: loadMany('price', priceOf),
  });
  define<TickerFigures>('ticker', {
    load: load('ticker', (provider, symbol, _, signal) => provider.fetchTicker(symbol, { signal })),
    loadMany: loadMany('ticker', (ticker) => ticker),
  });
  define<BookLevels>('book', {
    load: load('book', async (provider, symbol, [depth], signal) => {
      const size = sizeOf('depth', depth, DEPTHS);
      const book = await provider.fetchOrderBook(symbol, size, { signal });
      return book && { ...book, bids: book.bids.slice(0, size), asks: book.asks.slice(0, size) };
    }),
  });
  define<string>('ohlcv', {
    load: async ({ group, kind }, { signal, setTtl }) => {
      const market = marketOf(group);
      if (market === undefined) return null;
      const { exchange, symbol } = market;
      const [timeframe, limit] = candlesOf(kind);
      const candles = await parts.calls.call(exchange, [symbol], signal, (provider) =>
        provider.fetchOhlcv(symbol, timeframe, limit, { signal }),
      );
      if (candles === null) return null;
      const nowMs = now();
      const ttlMs = ttls.candlesTtlMs(timeframe, candles, nowMs);
      setTtl(ttlMs);
      return { is: candleText(candles.slice(-limit)), asOf: nowMs, freshUntil: nowMs + ttlMs };
    },
  });
  define<readonly string[]>('symbols', {
    load: async ({ group }, { signal }) => {
      const exchange = group.slice(0, group.indexOf(':'));
      if (group !== exchangeGroup(exchange)) throw unknownKind();
      const symbols = await parts.calls.call(exchange, [], signal, async (provider) => provider.symbols?.({ signal }));
      if (symbols?.length === 0) throw fail('EXCHANGE_UNAVAILABLE');
      const nowMs = now();
      return symbols ? { is: symbols, asOf: nowMs, freshUntil: nowMs + ttls.of('symbols').ttlMs } : null;
    },
  });
}

/** Readers of the bare dataset choose names: each that is taken for a kind would be a call of the exchange. */
function exactly(kind: MarketKind, key: SharedKey): SharedKey {
  if (key.kind.split(':').length !== PARTS[kind]) throw unknownKind();
  return key;
}

function unknownKind() {
  return fail('REQUEST_INVALID', { allowed: 'price, ticker, book:<depth>, ohlcv:<timeframe>:<limit>' });
}

function priceOf({ last, atMs }: Told<TickerFigures>): Told<{ readonly price: string }> {
  return { price: last, atMs };
}

/** @throws TenantCacheError `REQUEST_INVALID` for a kind that nobody asks for by way of `MarketData` */
function candlesOf(kind: string): readonly [Timeframe, number] {
  const [, timeframe, limit] = kind.split(':');
  assertTimeframe(timeframe);
  return [timeframe, sizeOf('limit', limit, CANDLE_COUNTS)];
}

/** Keys that name no market have no value. */
function byExchange(
  keys: readonly SharedKey[],
  loaded: { set(key: SharedKey, none: null): unknown },
): Map<string, Map<string, SharedKey>> {
  const exchanges = new Map<string, Map<string, SharedKey>>();
  for (const key of keys) {
    const market = marketOf(key.group);
    if (market === undefined) {
      loaded.set(key, null);
      continue;
    }
    const symbols = exchanges.get(market.exchange) ?? new Map<string, SharedKey>();
    exchanges.set(market.exchange, symbols.set(market.symbol, key));
  }
  return exchanges;
}
