import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import { bookOf, candleOf, tickerOf } from './ccxt-answers.js';
import { exchangeError, isBadSymbol, keepRetryAfter } from './ccxt-errors.js';
import { type CcxtExchange, openCcxt } from './ccxt-exchange.js';
import type { TickerFigures } from './market-data.js';
import type { MarketDataProvider, Told } from './provider.js';

export interface CcxtProviderOptions {
  /** An exchange of ccxt by its name, or an instance of one, whose `number` is `String` so that prices are no floats. */
  readonly exchange: string | CcxtExchange;
  /** Its REST interface on another host, such as `http://127.0.0.1:8090`; for an exchange by its name. */
  readonly url?: string;
  /** Of one answer of the exchange. Default 5 s. For an exchange by its name. */
  readonly timeout?: Duration;
  /** Given to ccxt's constructor, for an exchange by its name. Default: the spot market, with ccxt's own rate limiter. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const WHERE = 'ccxtProvider()';
/** A symbol that is not in a list of markets this old may have been listed since. */
const LIST_AGAIN_MS = 60_000;

/**
 * Market data by way of ccxt, an optional peer dependency that is loaded at the first call. Prices are the digits that the
 * exchange sent, where it sends texts, as most do; JSON numbers have up to 15 of them.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function ccxtProvider(options: CcxtProviderOptions): MarketDataProvider {
  assertOptionNames(WHERE, options, ['exchange', 'url', 'timeout', 'config']);
  const { exchange, url, timeout = '5s', config = {} } = options;
  const timeoutMs = durationMs(timeout, 'timeout', 1);
  if (typeof exchange !== 'string') {
    if (exchange?.number !== String) {
      throw invalidOption(WHERE, 'an exchange whose prices are floats', 'one with number: String');
    }
    return new CcxtProvider(exchange.id, async () => exchange);
  }
  const settings = { exchange, url: url && withoutSlashes(url), timeoutMs, config };
  return new CcxtProvider(exchange, () => openCcxt(settings));
}

function withoutSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}

type Markets = Readonly<Record<string, unknown>>;

class CcxtProvider implements MarketDataProvider {
  readonly name: string;
  readonly #open: () => Promise<CcxtExchange>;
  #exchange: Promise<CcxtExchange> | undefined;
  #markets: { readonly markets: Markets; readonly sinceMs: number } | undefined;
  #loading: Promise<Markets> | undefined;
  /** ccxt keeps what it loaded first, a rejection too, unless it is told to load again. */
  #loadAgain = false;

  constructor(id: string, open: () => Promise<CcxtExchange>) {
    this.name = `ccxt:${id}`;
    this.#open = open;
  }

  fetchTicker(symbol: string) {
    return this.#askOf(symbol, async (exchange) => tickerOf(await exchange.fetchTicker(symbol)));
  }

  fetchTickers(symbols: readonly string[]): Promise<ReadonlyMap<string, Told<TickerFigures> | undefined>> {
    return this.#ask(async (exchange) => {
      const listedIn = (markets: Markets) => symbols.filter((symbol) => Object.hasOwn(markets, symbol));
      // One that is not there would fail all of them.
      const listed = listedIn(await this.#marketsOf(exchange, symbols));
      try {
        return await tickersOf(exchange, listed);
      } catch (error) {
        if (!isBadSymbol(error)) throw error;
        // It is gone since the list was read.
        const left = listedIn(await this.#marketsOf(exchange));
        if (left.length === listed.length) throw error;
        return tickersOf(exchange, left);
      }
    });
  }

  fetchOrderBook(symbol: string, depth: number) {
    return this.#askOf(symbol, async (exchange) => bookOf(await exchange.fetchOrderBook(symbol, depth)));
  }

  fetchOhlcv(symbol: string, timeframe: string, limit: number) {
    return this.#askOf(symbol, async (exchange) =>
      (await exchange.fetchOHLCV(symbol, timeframe, undefined, limit)).map(candleOf),
    );
  }

  symbols(): Promise<readonly string[]> {
    return this.#ask(async (exchange) => Object.keys(await this.#marketsOf(exchange)));
  }

  #askOf<T>(symbol: string, question: (exchange: CcxtExchange) => Promise<T>): Promise<T | null> {
    return this.#ask(async (exchange) => {
      const markets = await this.#marketsOf(exchange, [symbol]);
      if (!Object.hasOwn(markets, symbol)) return null;
      return question(exchange).catch((error: unknown) => {
        if (isBadSymbol(error)) return null;
        throw error;
      });
    });
  }

  async #ask<T>(question: (exchange: CcxtExchange) => Promise<T>): Promise<T> {
    this.#exchange ??= this.#open().then((exchange) => {
      keepRetryAfter(exchange, Date.now);
      return exchange;
    });
    const exchange = await this.#exchange;
    try {
      return await question(exchange);
    } catch (error) {
      throw exchangeError(error);
    }
  }

  /** @param wanted loads them again where one of these is not among those that were loaded a while ago; none: all are */
  async #marketsOf(exchange: CcxtExchange, wanted?: readonly string[]): Promise<Markets> {
    const known = this.#markets;
    if (known === undefined) return this.#loadMarkets(exchange);
    const { markets, sinceMs } = known;
    const lacking = wanted === undefined || wanted.some((symbol) => !Object.hasOwn(markets, symbol));
    if (!lacking || performance.now() - sinceMs < LIST_AGAIN_MS) return markets;
    try {
      return await this.#loadMarkets(exchange);
    } catch {
      // What was true a minute ago is worth more than nothing.
      this.#markets = { markets, sinceMs: performance.now() };
      return markets;
    }
  }

  #loadMarkets(exchange: CcxtExchange): Promise<Markets> {
    this.#loading ??= exchange
      .loadMarkets(this.#loadAgain)
      .then((loaded) => {
        const markets = loaded as Markets;
        // ccxt takes an answer that is cut off, or none of an exchange at all, for an exchange without markets.
        if (Object.keys(markets).length === 0) throw new Error('the exchange lists no markets');
        this.#markets = { markets, sinceMs: performance.now() };
        return markets;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    this.#loadAgain = true;
    return this.#loading;
  }
}

async function tickersOf(exchange: CcxtExchange, symbols: string[]) {
  if (symbols.length === 0) return new Map<string, undefined>();
  const answer = (await exchange.fetchTickers(symbols)) as Readonly<Record<string, object>>;
  return new Map(symbols.map((symbol) => [symbol, tickerIfWhole(answer[symbol])]));
}

/** Undefined of a ticker that is not there, or lacks what a ticker must have: one must not fail all the others. */
function tickerIfWhole(ticker: object | undefined): Told<TickerFigures> | undefined {
  try {
    return ticker && tickerOf(ticker);
  } catch {
    return undefined;
  }
}
