import { decimal, volumeOf } from './candles.js';
import type { RandomWalk } from './random-walk.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Rolling 24 hours as `GET /api/v3/ticker/24hr` gives them. */
export function dayTicker(walk: RandomWalk, nowMs: number) {
  const { id, priceDecimals } = walk.symbol;
  const openMs = nowMs - DAY_MS;
  const open = walk.priceAt(openMs);
  const last = walk.priceAt(nowMs);
  const hours = Array.from({ length: 25 }, (_, hour) => Math.floor(openMs / HOUR_MS) + hour);
  const path = [open, last, ...hours.slice(1).map((hour) => walk.priceAt(hour * HOUR_MS))];
  const volume = hours.slice(1).reduce((sum, hour) => sum + volumeOf(walk, hour, HOUR_MS), 0);
  const average = path.reduce((sum, price) => sum + price, 0) / path.length;
  const { bid, ask } = spread(walk, nowMs);
  const price = (value: number) => decimal(value, priceDecimals);
  return {
    symbol: id,
    priceChange: price(last - open),
    priceChangePercent: ((last / open - 1) * 100).toFixed(3),
    weightedAvgPrice: price(average),
    prevClosePrice: price(open),
    lastPrice: price(last),
    lastQty: decimal(quantityAt(walk, nowMs, 4), 5),
    bidPrice: price(bid),
    bidQty: decimal(quantityAt(walk, nowMs, 5), 5),
    askPrice: price(ask),
    askQty: decimal(quantityAt(walk, nowMs, 6), 5),
    openPrice: price(open),
    highPrice: price(Math.max(...path)),
    lowPrice: price(Math.min(...path)),
    volume: decimal(volume, 5),
    quoteVolume: decimal(volume * average, 5),
    openTime: openMs,
    closeTime: nowMs,
    firstId: Math.floor(openMs / 50),
    lastId: Math.floor(nowMs / 50),
    count: Math.floor(nowMs / 50) - Math.floor(openMs / 50) + 1,
  };
}

export function priceTicker(walk: RandomWalk, nowMs: number) {
  return { symbol: walk.symbol.id, price: decimal(walk.priceAt(nowMs), walk.symbol.priceDecimals) };
}

/** Bids fall and asks rise by one tick a level, from the present price outwards. */
export function orderBook(walk: RandomWalk, nowMs: number, levels: number) {
  const { bid, ask, tick } = spread(walk, nowMs);
  const { priceDecimals } = walk.symbol;
  const level = (price: number, purpose: number): [string, string] => [
    decimal(price, priceDecimals),
    decimal(quantityAt(walk, nowMs, purpose), 5),
  ];
  return {
    lastUpdateId: Math.floor(nowMs / 10),
    bids: Array.from({ length: levels }, (_, depth) => level(bid - depth * tick, 10 + depth)).filter(
      ([price]) => Number(price) > 0,
    ),
    asks: Array.from({ length: levels }, (_, depth) => level(ask + depth * tick, 5_010 + depth)),
  };
}

function spread(walk: RandomWalk, nowMs: number) {
  const tick = 10 ** -walk.symbol.priceDecimals;
  const last = Number(walk.priceAt(nowMs).toFixed(walk.symbol.priceDecimals));
  return { tick, bid: last - tick, ask: last + tick };
}

function quantityAt(walk: RandomWalk, nowMs: number, purpose: number): number {
  return (2_500 / walk.symbol.startPrice) * (0.05 + walk.chanceAt(purpose, Math.floor(nowMs / 1_000)));
}
