import { fail } from '../core/errors.js';

const EXCHANGE_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;
/** Wide enough for every spelling in use, narrow enough to be a key; `@` is not in it. */
const SYMBOL_PATTERN = /^[A-Za-z0-9$][A-Za-z0-9$._:/-]{0,63}$/;
/** What concerns an exchange as a whole; no symbol is called so, and no key begins so that is stored under a hash. */
const WHOLE = '@';

export function isExchangeName(name: string): boolean {
  return EXCHANGE_PATTERN.test(name);
}

/** @throws TenantCacheError `SYMBOL_UNKNOWN` for what can be no symbol of any exchange */
export function assertSymbolName(symbol: unknown): asserts symbol is string {
  if (typeof symbol === 'string' && SYMBOL_PATTERN.test(symbol)) return;
  throw symbolUnknown();
}

export function symbolUnknown() {
  return fail('SYMBOL_UNKNOWN', { allowed: 'a symbol of the exchange, such as BTC/USDT' });
}

/** The group of a market's entries: `binance:BTC/USDT`. */
export function marketGroup(exchange: string, symbol: string): string {
  return `${exchange}:${symbol}`;
}

/** The group of what concerns all of an exchange: `binance:@`. */
export function exchangeGroup(exchange: string): string {
  return `${exchange}:${WHOLE}`;
}

/** The inverse of `marketGroup`; undefined for what can be no market. */
export function marketOf(group: string): { readonly exchange: string; readonly symbol: string } | undefined {
  const colon = group.indexOf(':');
  if (colon < 0) return undefined;
  const exchange = group.slice(0, colon);
  const symbol = group.slice(colon + 1);
  return isExchangeName(exchange) && SYMBOL_PATTERN.test(symbol) ? { exchange, symbol } : undefined;
}
