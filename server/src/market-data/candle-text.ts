import type { Candle } from './market-data.js';

/** As candles are kept: a line for each. Thousands of small arrays would be parsed and frozen one by one at every read. */
export function candleText(candles: readonly Candle[]): string {
  return candles.map((candle) => candle.join(' ')).join('\n');
}

const parsed = new WeakMap<object, readonly Candle[]>();

/** The candles of an entry, read-only, parsed once for as long as this process's memory holds it. */
export function candlesIn(entry: { readonly is: string }): readonly Candle[] {
  const known = parsed.get(entry);
  if (known) return known;
  const candles = entry.is === '' ? [] : entry.is.split('\n').map(candleOf);
  parsed.set(entry, candles);
  return candles;
}

function candleOf(line: string): Candle {
  const [openMs, open = '', high = '', low = '', close = '', volume = ''] = line.split(' ');
  return Object.freeze([Number(openMs), open, high, low, close, volume] as const);
}
