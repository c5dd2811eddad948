import { INTERVALS_MS, klines, MAX_CANDLES } from './candles.js';
import { exchangeInfo } from './exchange-info.js';
import { RandomWalk } from './random-walk.js';
import { SYMBOLS } from './symbols.js';
import { dayTicker, orderBook, priceTicker } from './tickers.js';

/** An answer in the words of Binance: HTTP status with `{ code, msg }`. */
export class ExchangeProblem extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export interface Endpoint {
  weight(query: URLSearchParams): number;
  answer(query: URLSearchParams, nowMs: number): unknown;
}

/** Binance's public spot endpoints by path, with their request weights. */
export function spotEndpoints(seed: number, weightPerMinute: () => number): ReadonlyMap<string, Endpoint> {
  const walks = new Map([...SYMBOLS.values()].map((symbol) => [symbol.id, new RandomWalk(symbol, seed)]));
  const walkOf = (query: URLSearchParams): RandomWalk => {
    return walkNamed(mandatory(query, 'symbol'));
  };
  const walkNamed = (id: string): RandomWalk => {
    const walk = walks.get(id);
    if (!walk) throw new ExchangeProblem(-1121, 'Invalid symbol.');
    return walk;
  };
  const oneOrMany = (query: URLSearchParams, answer: (walk: RandomWalk) => unknown): unknown => {
    const some = listed(query);
    if (query.has('symbol')) return answer(walkOf(query));
    return (some === undefined ? [...walks.values()] : some.map(walkNamed)).map(answer);
  };

  return new Map<string, Endpoint>([
    ['/api/v3/ping', { weight: () => 1, answer: () => ({}) }],
    ['/api/v3/time', { weight: () => 1, answer: (_, nowMs) => ({ serverTime: nowMs }) }],
    [
      '/api/v3/exchangeInfo',
      {
        weight: () => 20,
        answer: (query, nowMs) =>
          exchangeInfo(nowMs, weightPerMinute(), query.has('symbol') ? walkOf(query).symbol.id : undefined),
      },
    ],
    [
      '/api/v3/ticker/24hr',
      {
        weight: (query) => (query.has('symbol') ? 2 : dayTickerWeight(listed(query)?.length)),
        answer: (query, nowMs) => oneOrMany(query, (walk) => dayTicker(walk, nowMs)),
      },
    ],
    [
      '/api/v3/ticker/price',
      {
        weight: (query) => (query.has('symbol') ? 2 : 4),
        answer: (query, nowMs) => oneOrMany(query, (walk) => priceTicker(walk, nowMs)),
      },
    ],
    [
      '/api/v3/klines',
      {
        weight: () => 2,
        answer: (query, nowMs) => {
          const walk = walkOf(query);
          const intervalMs = INTERVALS_MS.get(mandatory(query, 'interval'));
          if (intervalMs === undefined) throw new ExchangeProblem(-1120, 'Invalid interval.');
          return klines(walk, {
            intervalMs,
            nowMs,
            limit: Math.min(whole(query, 'limit') ?? 500, MAX_CANDLES),
            startTimeMs: whole(query, 'startTime'),
            endTimeMs: whole(query, 'endTime'),
          });
        },
      },
    ],
    [
      '/api/v3/depth',
      {
        weight: (query) => ((whole(query, 'limit') ?? 100) <= 100 ? 5 : 25),
        answer: (query, nowMs) => orderBook(walkOf(query), nowMs, Math.min(whole(query, 'limit') ?? 100, 500)),
      },
    ],
  ]);
}

/** Weight of the day tickers of so many symbols, or of all. */
function dayTickerWeight(symbols = Number.POSITIVE_INFINITY): number {
  if (symbols <= 20) return 2;
  return symbols <= 100 ? 40 : 80;
}

/** The parameter `symbols`, a list in JSON. */
function listed(query: URLSearchParams): string[] | undefined {
  const text = query.get('symbols');
  if (text === null) return undefined;
  if (query.has('symbol')) throw new ExchangeProblem(-1128, 'Combination of optional parameters invalid.');
  if (!/^\["[A-Z0-9]{1,20}"(?:,"[A-Z0-9]{1,20}")*\]$/.test(text)) {
    throw new ExchangeProblem(-1100, "Illegal characters found in parameter 'symbols'.");
  }
  return JSON.parse(text) as string[];
}

function mandatory(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (!value) {
    throw new ExchangeProblem(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  }
  return value;
}

function whole(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^[1-9]\d{0,15}$/.test(value)) {
    throw new ExchangeProblem(-1100, `Illegal characters found in parameter '${name}'.`);
  }
  return Number(value);
}
