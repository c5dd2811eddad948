import type { SharedKey } from '../core/dataset.js';
import type { Duration } from '../core/duration.js';
import { fail } from '../core/errors.js';
import type { PlatformDataset, SharedKindOptions, SharedLoadContext } from '../core/shared.js';
import {
  checkedBook,
  checkedCandles,
  checkedPrice,
  checkedSymbols,
  checkedTicker,
  checkedTickers,
} from './answer-checks.js';
import { candleText } from './candle-text.js';
import type { ExchangeCallsMade } from './exchange-calls.js';
import type { BookLevels, TickerFigures } from './market-data.js';
import { assertWhole, candlesOf, unknownKind } from './market-kinds.js';
import { exchangeGroup, marketOf } from './market-names.js';
import { OutageMemory } from './outage-memory.js';
import type { MarketDataProvider, Told } from './provider.js';
import { DEPTHS, sizeOf } from './sizes.js';
import type { MarketKind, TtlTable } from './ttl-table.js';

/** What an entry holds: a value with its own times, in milliseconds since 1970, so that no tier has to be asked for them. */
export interface Kept<T> {
  readonly is: T;
  readonly asOf: number;
  readonly freshUntil: number;
}

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
  platform.onInvalidated((entry) => memory.forget(entry));
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
      ...(load && { load: memory.loading((key, context) => load(assertWhole(kind, key), context)) }),
      ...(loadMany && {
        loadMany: memory.loadingMany((keys, context) =>
          loadMany(
            keys.map((key) => assertWhole(kind, key)),
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
      const told = await parts.calls.call(exchange, {
        symbols: [symbol],
        signal,
        ask: (provider) => ask(provider, symbol, sizes, signal),
        tellsOf: isTold,
      });
      return told && kept(kind, told);
    };
  /** Loads many of an exchange by one call; another exchange that fails or hangs is none of their business. */
  const loadMany =
    <T>(kind: MarketKind, of: (ticker: Told<TickerFigures>) => Told<T>) =>
    (keys: readonly SharedKey[], { signal }: SharedLoadContext) => {
      const loaded = new Map<SharedKey, null | Promise<Kept<T> | null>>();
      for (const [exchange, asked] of byExchange(keys, loaded)) {
        const symbols = [...asked.keys()];
        const asking = parts.calls.call(exchange, {
          symbols,
          signal,
          ask: async (provider) => checkedTickers(await provider.fetchTickers(symbols, { signal })),
          tellsOf: (tickers, symbol) => isTold(tickers.get(symbol)),
        });
        const tickerOf = async (symbol: string) => {
          const tickers = await asking;
          const ticker = tickers.get(symbol);
          if (ticker) return kept(kind, of(checkedTicker(ticker)));
          if (tickers.has(symbol)) throw fail('EXCHANGE_UNAVAILABLE', { given: 'no ticker of this symbol' });
          return null;
        };
        for (const [symbol, key] of asked) loaded.set(key, tickerOf(symbol));
      }
      return loaded;
    };

  const loadPrice = load<{ readonly price: string }>('price', async (provider, symbol, _, signal) => {
    if (provider.fetchPrice) return ifTold(await provider.fetchPrice(symbol, { signal }), checkedPrice);
    return ifTold(await provider.fetchTicker(symbol, { signal }), (ticker) => priceOf(checkedTicker(ticker)));
  });
  /** How much longer a price is fresh than the ticker that it was taken from. */
  const longerMs = ttls.of('price').ttlMs - ttls.of('ticker').ttlMs;
  define<{ readonly price: string }>('price', {
    load: async (key, context) => {
      if (longerMs < 0 || parts.hasPrices(key.group)) return loadPrice(key, context);
      // The same call of the exchange serves who asks for the price and who asks for the ticker.
      const { freshForMs } = context;
      if (freshForMs !== undefined) await platform.refresh(key.group, 'ticker', unlessFreshFor(freshForMs));
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
    load: load('ticker', async (provider, symbol, _, signal) =>
      ifTold(await provider.fetchTicker(symbol, { signal }), checkedTicker),
    ),
    loadMany: loadMany('ticker', (ticker) => ticker),
  });
  define<BookLevels>('book', {
    load: load('book', async (provider, symbol, [depth], signal) => {
      const size = sizeOf('depth', depth, DEPTHS);
      const answer = await provider.fetchOrderBook(symbol, size, { signal });
      return ifTold(answer, (book) => checkedBook(book, size));
    }),
  });
  define<string>('ohlcv', {
    load: async ({ group, kind }, { signal, setTtl }) => {
      const market = marketOf(group);
      if (market === undefined) return null;
      const { exchange, symbol } = market;
      const [timeframe, limit] = candlesOf(kind);
      const candles = await parts.calls.call(exchange, {
        symbols: [symbol],
        signal,
        ask: async (provider) =>
          ifTold(await provider.fetchOhlcv(symbol, timeframe, limit, { signal }), (answer) =>
            checkedCandles(answer, limit),
          ),
        tellsOf: isTold,
      });
      if (candles === null) return null;
      const nowMs = now();
      const ttlMs = ttls.candlesTtlMs(timeframe, candles, nowMs);
      setTtl(ttlMs);
      return { is: candleText(candles), asOf: nowMs, freshUntil: nowMs + ttlMs };
    },
  });
  define<readonly string[]>('symbols', {
    load: async ({ group }, { signal }) => {
      const exchange = group.slice(0, group.indexOf(':'));
      if (group !== exchangeGroup(exchange)) throw unknownKind();
      const symbols = await parts.calls.call(exchange, {
        symbols: [],
        signal,
        ask: async (provider) => provider.symbols && checkedSymbols(await provider.symbols({ signal })),
        tellsOf: isTold,
      });
      const nowMs = now();
      return symbols ? { is: symbols, asOf: nowMs, freshUntil: nowMs + ttls.of('symbols').ttlMs } : null;
    },
  });
}

/** null is the answer for a symbol that the exchange does not have. */
function ifTold<A, T>(answer: A | null, of: (answer: A) => T): T | null {
  return answer === null ? null : of(answer);
}

function isTold(answer: unknown): boolean {
  return answer !== null && answer !== undefined;
}

/** As `refresh` takes it, which has no duration for "in any case". */
function unlessFreshFor(ms: number): { unlessFreshFor?: Duration } {
  return Number.isFinite(ms) ? { unlessFreshFor: ms } : {};
}

function priceOf({ last, atMs }: Told<TickerFigures>): Told<{ readonly price: string }> {
  return { price: last, atMs };
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
