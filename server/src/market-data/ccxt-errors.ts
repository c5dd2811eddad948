import { fail } from '../core/errors.js';
import type { CcxtExchange, ErrorHooks } from './ccxt-exchange.js';
import { ExchangeLimitedError } from './exchange-limited-error.js';

const toldMs = new WeakMap<object, number>();
const HEADERS_AT = 4;

/**
 * ccxt's errors do not tell what `Retry-After` said. Both of its hooks run within one turn for one answer, the first with
 * the answer's headers, so what either throws is of that answer.
 */
export function keepRetryAfter(exchange: CcxtExchange, now: () => number): void {
  const hooks = exchange as CcxtExchange & ErrorHooks;
  let headers: unknown;
  const kept =
    (hook: (...answer: unknown[]) => unknown) =>
    (...answer: unknown[]): unknown => {
      try {
        return hook(...answer);
      } catch (error) {
        const ms = retryAfterMs(headers, now());
        if (ms !== undefined && typeof error === 'object' && error !== null) toldMs.set(error, ms);
        throw error;
      }
    };
  const first = kept(hooks.handleErrors.bind(exchange));
  hooks.handleErrors = (...answer) => {
    headers = answer[HEADERS_AT];
    return first(...answer);
  };
  hooks.handleHttpStatusCode = kept(hooks.handleHttpStatusCode.bind(exchange));
}

/** Seconds or a date, RFC 9110. */
function retryAfterMs(headers: unknown, nowMs: number): number | undefined {
  const text = (headers as Record<string, unknown> | undefined)?.['Retry-After'];
  if (typeof text !== 'string') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** Whether ccxt says that the exchange has no such symbol. */
export function isBadSymbol(error: unknown): boolean {
  return isCalled(error, ['BadSymbol']);
}

/** Other errors of ccxt, in the words of this package. */
export function exchangeError(error: unknown): Error {
  if (isCalled(error, ['RateLimitExceeded', 'DDoSProtection'])) {
    return new ExchangeLimitedError(toldMs.get(error as object), error);
  }
  return fail('EXCHANGE_UNAVAILABLE', { cause: error });
}

/** By the names of its classes: an instance that was brought along may be of another copy of ccxt. */
function isCalled(error: unknown, names: readonly string[]): boolean {
  let prototype: unknown = error instanceof Error ? Object.getPrototypeOf(error) : null;
  while (typeof prototype === 'object' && prototype !== null) {
    if (names.includes(prototype.constructor.name)) return true;
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}
