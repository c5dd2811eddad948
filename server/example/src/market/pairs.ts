import { problem } from '../problem.js';

/** The exchange that this API sells the data of, as the shared dataset names it. */
export const EXCHANGE = 'binance';
/** What its markets are quoted in; no quote ends like another one. */
const QUOTES = ['USDT', 'BTC'];

/** Its largest markets: what the overview shows, what reports are about, and what is warmed at start before anything else. */
export const TOP_PAIRS = [
  'BTC/USDT',
  'ETH/USDT',
  'BNB/USDT',
  'SOL/USDT',
  'XRP/USDT',
  'ADA/USDT',
  'DOGE/USDT',
  'TRX/USDT',
  'AVAX/USDT',
  'LINK/USDT',
  'DOT/USDT',
  'MATIC/USDT',
  'LTC/USDT',
  'BCH/USDT',
  'UNI/USDT',
  'ATOM/USDT',
];

/**
 * `BTCUSDT`, as URLs name a market, is the pair BTC/USDT.
 * @throws Problem 404 where it ends like no quote of the exchange
 */
export function pairOf(symbol: string): string {
  const quote = QUOTES.find((each) => symbol.endsWith(each) && symbol.length > each.length);
  if (!quote) throw problem(404, 'SYMBOL_UNKNOWN', 'The exchange does not know this symbol.');
  return `${symbol.slice(0, -quote.length)}/${quote}`;
}

export function symbolOf(pair: string): string {
  return pair.replace('/', '');
}

/** A pair's name in the shared dataset, and on watchlists. */
export function groupOf(pair: string): string {
  return `${EXCHANGE}:${pair}`;
}

/** The pair of a group; undefined for one of another exchange. */
export function pairOfGroup(group: string): string | undefined {
  return group.startsWith(`${EXCHANGE}:`) ? group.slice(EXCHANGE.length + 1) : undefined;
}
