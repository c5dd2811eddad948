import { compareDecimals, decimalDigits, decimalOrNull } from './decimal-digits.js';
import type { BookLevel, BookLevels, Candle, TickerFigures } from './market-data.js';
import type { Told } from './provider.js';

type Fields = Readonly<Record<string, unknown>>;

/** @throws RangeError for an answer without a last price, or with what is no decimal */
export function tickerOf(answer: object): Told<TickerFigures> {
  const ticker = answer as Fields;
  return {
    last: decimalDigits(ticker.last),
    bid: decimalOrNull(ticker.bid),
    ask: decimalOrNull(ticker.ask),
    open: decimalOrNull(ticker.open),
    high: decimalOrNull(ticker.high),
    low: decimalOrNull(ticker.low),
    changePercent: decimalOrNull(ticker.percentage),
    baseVolume: decimalOrNull(ticker.baseVolume),
    quoteVolume: decimalOrNull(ticker.quoteVolume),
    atMs: timeOf(ticker.timestamp),
  };
}

/** Sorted here: ccxt compares the prices as it parsed them, and texts sort otherwise than numbers. @throws RangeError */
export function bookOf(answer: object): Told<BookLevels> {
  const book = answer as Fields;
  return {
    bids: levelsOf(book.bids).sort(([a], [b]) => compareDecimals(b, a)),
    asks: levelsOf(book.asks).sort(([a], [b]) => compareDecimals(a, b)),
    atMs: timeOf(book.timestamp),
  };
}

/** @throws RangeError */
export function candleOf(row: unknown): Candle {
  const [openMs, open, high, low, close, volume] = row as readonly unknown[];
  if (!Number.isSafeInteger(openMs)) throw new RangeError('not a time');
  const [openText, highText, lowText, closeText] = [open, high, low, close].map(decimalDigits) as [
    string,
    string,
    string,
    string,
  ];
  return [openMs as number, openText, highText, lowText, closeText, decimalOrNull(volume) ?? '0'];
}

/** ccxt makes floats of them in the books of exchanges that it was not told about: up to 15 digits are as they were sent. */
function levelsOf(side: unknown): BookLevel[] {
  const digits = (value: unknown) => decimalDigits(typeof value === 'number' ? String(value) : value);
  return (side as readonly (readonly unknown[])[]).map(([price, amount]) => [digits(price), digits(amount)]);
}

function timeOf(timestamp: unknown): number | undefined {
  return Number.isSafeInteger(timestamp) ? (timestamp as number) : undefined;
}
