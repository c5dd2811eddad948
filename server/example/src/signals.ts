import type { Database } from '@tenantcache/database';
import { defineResource, type TenantCache } from 'tenantcache';
import type { Candle } from 'tenantcache/market-data';
import type { Decimal } from './decimal.js';
import { exponentialMovingAverage, relativeStrength, simpleMovingAverage } from './market/indicators.js';
import type { Market } from './market/market.js';

export const SIGNAL_TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type SignalTimeframe = (typeof SIGNAL_TIMEFRAMES)[number];

export interface Signal {
  kind: 'trend' | 'momentum' | 'reversion';
  /** From -1 (sell) to 1 (buy), four decimals. */
  strength: Decimal;
}

export interface Signals {
  symbol: string;
  timeframe: SignalTimeframe;
  signals: Signal[];
  /** ISO 8601, UTC. */
  computedAt: string;
  /** ISO 8601, UTC: when the candle that was under way closes. */
  validUntil: string;
}

const SIGNALS = defineResource<Signals>('signals', { category: 'signals' });
/** `signals` of the table of categories: longer than that, nothing is kept, however far away its end is. */
const LONGEST_MS = 300_000;
const SHORTEST_MS = 1_000;

const CANDLES = 64;
const FAST = 12;
const SLOW = 26;
const STRENGTH_WINDOW = 14;

const LENGTHS_MS: Readonly<Record<SignalTimeframe, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
};

/** Signals of one tenant at a time: from its cache, else its table, else computed from the candles that all tenants share. */
export class SignalBoard {
  constructor(
    private readonly database: Pick<Database, 'withTenant'>,
    private readonly market: Pick<Market, 'candles'>,
  ) {}

  /** @param symbol such as `BTCUSDT` @throws as `Market.candles` */
  read(cache: TenantCache, symbol: string, timeframe: SignalTimeframe): Promise<Signals> {
    return cache.getOrSet(SIGNALS, `${symbol}:${timeframe}`, async ({ tenantId, setTtl }) => {
      const signals =
        (await this.#stored(tenantId, symbol, timeframe)) ?? (await this.#made(tenantId, symbol, timeframe));
      const leftMs = Date.parse(signals.validUntil) - Date.now();
      setTtl(Math.max(SHORTEST_MS, Math.min(LONGEST_MS, leftMs)));
      return signals;
    });
  }

  async #stored(tenantId: string, symbol: string, timeframe: SignalTimeframe): Promise<Signals | undefined> {
    const rows = await this.database.withTenant(tenantId, (tx) =>
      tx.signal.findMany({ where: { symbol, timeframe, validUntil: { gt: new Date() } }, orderBy: { kind: 'asc' } }),
    );
    const [first] = rows;
    if (!first) return undefined;
    return {
      symbol,
      timeframe,
      signals: rows.map(({ kind, strength }) => ({ kind: kind as Signal['kind'], strength: strength.toFixed(4) })),
      computedAt: first.computedAt.toISOString(),
      validUntil: first.validUntil.toISOString(),
    };
  }

  async #made(tenantId: string, symbol: string, timeframe: SignalTimeframe): Promise<Signals> {
    const { candles } = await this.market.candles(symbol, timeframe, CANDLES);
    const computedAt = new Date();
    const closeMs = (candles.at(-1)?.[0] ?? 0) + LENGTHS_MS[timeframe];
    const validUntil = new Date(Math.max(closeMs, computedAt.getTime() + SHORTEST_MS));
    const signals = signalsOf(candles);
    await this.database.withTenant(tenantId, async (tx) => {
      for (const { kind, strength } of signals) {
        const row = { strength, computedAt, validUntil };
        await tx.signal.upsert({
          where: { tenantId_symbol_timeframe_kind: { tenantId, symbol, timeframe, kind } },
          create: { tenantId, symbol, timeframe, kind, ...row },
          update: row,
        });
      }
    });
    const times = { computedAt: computedAt.toISOString(), validUntil: validUntil.toISOString() };
    return { symbol, timeframe, signals, ...times };
  }
}

/**
 * By the closes, in the order of their names: how far the fast average is above the slow one, how strong the moves up are, and how far
 * the last close is below its average. Statistics of prices, not prices: they are computed as floats.
 * @param candles oldest first
 */
export function signalsOf(candles: readonly Candle[]): Signal[] {
  const closes = candles.map(([, , , , close]) => Number(close));
  const last = closes.at(-1) ?? 0;
  const average = simpleMovingAverage(closes, SLOW).at(-1) ?? last;
  const fast = exponentialMovingAverage(closes, FAST).at(-1) ?? last;
  const slow = exponentialMovingAverage(closes, SLOW).at(-1) ?? last;
  const strength = relativeStrength(closes, STRENGTH_WINDOW).at(-1) ?? 50;
  return [
    { kind: 'momentum', strength: bounded((strength - 50) / 50) },
    { kind: 'reversion', strength: bounded(((average - last) / (average || 1)) * 20) },
    { kind: 'trend', strength: bounded(((fast - slow) / (slow || 1)) * 50) },
  ];
}

function bounded(value: number): Decimal {
  const text = Math.max(-1, Math.min(1, value)).toFixed(4);
  return text === '-0.0000' ? '0.0000' : text;
}
