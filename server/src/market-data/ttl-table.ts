import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames } from '../core/options.js';
import type { Candle } from './market-data.js';
import { candleCloseMs, closeOfMs, TIMEFRAMES, type Timeframe } from './timeframes.js';

/** Kinds of entries; a book's and a candle series' go on with their size: `ohlcv:1m:100`. */
export type MarketKind = 'price' | 'ticker' | 'book' | 'ohlcv' | 'symbols';

/** What is left out keeps its default. */
export interface MarketTtls extends Partial<Record<Exclude<MarketKind, 'ohlcv'>, Duration>> {
  ohlcv?: Partial<Record<Timeframe, Duration>>;
}

export interface KindTimes {
  readonly ttlMs: number;
  readonly graceMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Where the newest candle has closed and the exchange has not begun the next one: its clock is behind, or nobody trades. */
const LATE_CANDLE_MS = 10 * SECOND_MS;

/** `ohlcv` stands for timeframes; its time here is the longest of them. */
const DEFAULTS: Readonly<Record<MarketKind, KindTimes>> = {
  price: { ttlMs: MINUTE_MS, graceMs: 5 * MINUTE_MS },
  ticker: { ttlMs: MINUTE_MS, graceMs: 5 * MINUTE_MS },
  book: { ttlMs: 30 * SECOND_MS, graceMs: MINUTE_MS },
  ohlcv: { ttlMs: HOUR_MS, graceMs: HOUR_MS },
  symbols: { ttlMs: HOUR_MS, graceMs: 24 * HOUR_MS },
};

const CANDLES_MS: Readonly<Record<Timeframe, number>> = {
  '1m': MINUTE_MS,
  '3m': MINUTE_MS,
  '5m': 2 * MINUTE_MS,
  '15m': 5 * MINUTE_MS,
  '30m': 10 * MINUTE_MS,
  '1h': 15 * MINUTE_MS,
  '2h': 15 * MINUTE_MS,
  '4h': 30 * MINUTE_MS,
  '6h': 30 * MINUTE_MS,
  '8h': 30 * MINUTE_MS,
  '12h': 30 * MINUTE_MS,
  '1d': HOUR_MS,
  '3d': HOUR_MS,
  '1w': HOUR_MS,
};

/** How long which answer is fresh, and how long after that it is answered stale where the exchange cannot be asked. */
export class TtlTable {
  readonly #kinds: Readonly<Record<MarketKind, KindTimes>>;
  readonly #candlesMs: Readonly<Record<Timeframe, number>>;

  /** @throws TenantCacheError `OPTION_INVALID` */
  constructor(where: string, ttl: MarketTtls = {}, grace: Partial<Record<MarketKind, Duration>> = {}) {
    assertOptionNames(`${where} ttl`, ttl, Object.keys(DEFAULTS));
    assertOptionNames(`${where} grace`, grace, Object.keys(DEFAULTS));
    const { ohlcv = {}, ...others } = ttl;
    assertOptionNames(`${where} ttl.ohlcv`, ohlcv, TIMEFRAMES);
    this.#candlesMs = { ...CANDLES_MS, ...milliseconds(ohlcv, 'ttl.ohlcv', SECOND_MS) };
    const ttlsMs: Partial<Record<MarketKind, number>> = {
      ...milliseconds(others, 'ttl', 1),
      ohlcv: Math.max(...Object.values(this.#candlesMs)),
    };
    const gracesMs = milliseconds(grace, 'grace', 0);
    const kinds = Object.entries(DEFAULTS).map(([kind, times]) => {
      const { ttlMs, graceMs } = times;
      return [kind, { ttlMs: ttlsMs[kind as MarketKind] ?? ttlMs, graceMs: gracesMs[kind as MarketKind] ?? graceMs }];
    });
    this.#kinds = Object.fromEntries(kinds) as Record<MarketKind, KindTimes>;
  }

  of(kind: MarketKind): KindTimes {
    return this.#kinds[kind];
  }

  /**
   * Candles are fresh until the one under way closes at the latest: none that has closed hides the next. Where it closes
   * later than their time is over, up to a tenth of that time is taken off at random.
   */
  candlesTtlMs(timeframe: Timeframe, candles: readonly Candle[], nowMs: number): number {
    const ttlMs = this.#candlesMs[timeframe];
    const newest = candles.at(-1);
    const late = newest !== undefined && closeOfMs(timeframe, newest[0]) <= nowMs;
    const leftMs = Math.max(1, candleCloseMs(timeframe, nowMs) - nowMs);
    if (late) return Math.min(LATE_CANDLE_MS, ttlMs, leftMs);
    return leftMs <= ttlMs ? leftMs : Math.round(ttlMs * (1 - 0.1 * Math.random()));
  }
}

function milliseconds<K extends string>(
  times: Partial<Record<K, Duration>>,
  where: string,
  minMs: number,
): Partial<Record<K, number>> {
  const given = Object.entries(times).filter(([, time]) => time !== undefined) as [K, Duration][];
  return Object.fromEntries(
    given.map(([name, time]) => [name, durationMs(time, `${where}.${name}`, minMs)]),
  ) as Partial<Record<K, number>>;
}
