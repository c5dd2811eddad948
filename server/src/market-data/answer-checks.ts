import { fail, type TenantCacheError } from '../core/errors.js';
import { isDecimal } from './decimal-digits.js';
import type { BookLevel, BookLevels, Candle, TickerFigures } from './market-data.js';
import type { Told } from './provider.js';

/*
 * What a provider answered, as it is promised to callers and nothing else: whoever wrote the provider, a float or a NaN in
 * place of a decimal text goes no further. All throw TenantCacheError `EXCHANGE_UNAVAILABLE`, which names the field.
 */

type Fields = Readonly<Record<string, unknown>>;

export function checkedPrice(answer: Told<{ readonly price: string }>): Told<{ readonly price: string }> {
  const { price, atMs } = fieldsOf('price', answer);
  return { price: decimal('price', price), atMs: time('atMs', atMs) };
}

export function checkedTicker(answer: Told<TickerFigures>): Told<TickerFigures> {
  const ticker = fieldsOf('ticker', answer);
  const orNull = (name: keyof TickerFigures) => {
    const value = ticker[name];
    return value === undefined || value === null ? null : decimal(name, value);
  };
  return {
    last: decimal('last', ticker.last),
    bid: orNull('bid'),
    ask: orNull('ask'),
    open: orNull('open'),
    high: orNull('high'),
    low: orNull('low'),
    changePercent: orNull('changePercent'),
    baseVolume: orNull('baseVolume'),
    quoteVolume: orNull('quoteVolume'),
    atMs: time('atMs', ticker.atMs),
  };
}

/** @param depth levels of each side at most */
export function checkedBook(answer: Told<BookLevels>, depth: number): Told<BookLevels> {
  const { bids, asks, atMs } = fieldsOf('order book', answer);
  const side = (name: string, levels: unknown) =>
    listOf(name, levels)
      .slice(0, depth)
      .map((level): BookLevel => {
        const [price, amount] = listOf(name, level);
        return [decimal(`${name}: price`, price), decimal(`${name}: amount`, amount)];
      });
  return { bids: side('bids', bids), asks: side('asks', asks), atMs: time('atMs', atMs) };
}

/** @param limit the newest so many */
export function checkedCandles(answer: unknown, limit: number): Candle[] {
  return listOf('candles', answer)
    .slice(-limit)
    .map((candle) => {
      const [openMs, open, high, low, close, volume] = listOf('candles', candle);
      const at = time('openMs', openMs);
      if (at === undefined) throw wrong('openMs', openMs, 'a time');
      return [
        at,
        decimal('open', open),
        decimal('high', high),
        decimal('low', low),
        decimal('close', close),
        decimal('volume', volume),
      ];
    });
}

export function checkedSymbols(answer: unknown): readonly string[] {
  const symbols = listOf('symbols', answer);
  // Of an outage rather than of an exchange without symbols.
  if (symbols.length === 0) throw wrong('symbols', symbols, 'at least one');
  for (const symbol of symbols) if (typeof symbol !== 'string') throw wrong('symbols', symbol, 'names');
  return symbols as readonly string[];
}

export function checkedTickers<V>(answer: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  if (typeof answer?.get === 'function' && typeof answer.has === 'function') return answer;
  throw wrong('tickers', answer, 'a Map by symbol');
}

function fieldsOf(what: string, answer: unknown): Fields {
  if (typeof answer === 'object' && answer !== null) return answer as Fields;
  throw wrong(what, answer, 'an object, or null for no such symbol');
}

function listOf(what: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(what, value, 'an array');
}

function decimal(field: string, value: unknown): string {
  if (isDecimal(value)) return value;
  throw wrong(field, value, "decimal text such as '94000.12'");
}

function time(field: string, value: unknown): number | undefined {
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  throw wrong(field, value, 'milliseconds since 1970');
}

function wrong(field: string, value: unknown, allowed: string): TenantCacheError {
  const given = typeof value === 'string' ? 'another text' : typeof value;
  return fail('EXCHANGE_UNAVAILABLE', { given: `a provider answered ${field}: ${given}`, allowed });
}
