import { fail } from '../core/errors.js';

/**
 * As much of a ccxt exchange as is used, so that the types of this package need no ccxt. `number` is `String` where prices
 * are to be the exchange's own digits.
 */
export interface CcxtExchange {
  readonly id: string;
  readonly number: unknown;
  loadMarkets(reload?: boolean): Promise<object>;
  fetchTicker(symbol: string): Promise<object>;
  fetchTickers(symbols: string[]): Promise<object>;
  fetchOrderBook(symbol: string, limit: number): Promise<object>;
  fetchOHLCV(symbol: string, timeframe: string, since: undefined, limit: number): Promise<readonly unknown[]>;
}

/** What is set on an exchange that is made here. */
export interface OwnExchange extends CcxtExchange {
  number: unknown;
  parseOrderBookBidAsk: (level: unknown, priceKey?: number | string, amountKey?: number | string) => unknown[];
  safeString(from: unknown, key: number | string): unknown;
  readonly has: Record<string, unknown>;
  readonly urls: Record<string, unknown>;
}

/** How ccxt is told of an answer that is an error. The headers come with its words capitalised: `Retry-After`. */
export interface ErrorHooks {
  handleErrors(...answer: unknown[]): unknown;
  handleHttpStatusCode(...answer: unknown[]): unknown;
}

export interface CcxtSettings {
  readonly exchange: string;
  readonly url: string | undefined;
  readonly timeoutMs: number;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Loaded when first used: who brings another provider needs no ccxt. @throws TenantCacheError `OPTION_INVALID` */
export async function openCcxt({ exchange: id, url, timeoutMs, config }: CcxtSettings): Promise<OwnExchange> {
  const ccxt = (await loadCcxt()).default as unknown as Record<string, unknown> & { readonly exchanges: string[] };
  if (!ccxt.exchanges.includes(id)) {
    throw fail('OPTION_INVALID', {
      given: 'ccxtProvider(): an exchange that ccxt does not have',
      allowed: 'such as binance',
    });
  }
  const Exchange = ccxt[id] as new (config: object) => OwnExchange;
  const exchange = new Exchange({
    enableRateLimit: true,
    timeout: timeoutMs,
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
    ...config,
  });
  exchange.number = String;
  // The one place where ccxt makes floats whatever `number` is.
  exchange.parseOrderBookBidAsk = (level, priceKey = 0, amountKey = 1) => [
    exchange.safeString(level, priceKey),
    exchange.safeString(level, amountKey),
  ];
  // Currencies need an account; without one the client would ask for them and fail.
  exchange.has.fetchCurrencies = false;
  if (url !== undefined) exchange.urls.api = atHost(exchange.urls.api, url);
  return exchange;
}

/** Not installed is no outage, which would pass. */
function loadCcxt() {
  return import('ccxt').catch((error: unknown) => {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(String(code)) || !/['"]ccxt['"]/.test(String(message))) throw error;
    throw fail('OPTION_INVALID', {
      given: 'ccxtProvider() without the package ccxt',
      todo: 'npm install ccxt, 4.5 or newer',
      cause: error,
    });
  });
}

/** The same paths on another host: a proxy or a simulator. */
function atHost(addresses: unknown, url: string): unknown {
  if (typeof addresses === 'string') return addresses.replace(/^[a-z]+:\/\/[^/]+/, url);
  if (typeof addresses !== 'object' || addresses === null) return addresses;
  return Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, atHost(address, url)]));
}
