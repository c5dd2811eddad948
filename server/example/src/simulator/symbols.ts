/** One spot market of the simulated exchange. */
export interface SpotSymbol {
  /** Binance's spelling, base and quote without a separator. */
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  /** Price around which the walk moves, in the quote asset. */
  readonly startPrice: number;
  /** Standard deviation of a day's logarithmic return. */
  readonly dailyVolatility: number;
  readonly priceDecimals: number;
}

const AGAINST_USDT: readonly [base: string, startPrice: number, dailyVolatility: number, priceDecimals: number][] = [
  ['BTC', 94_000, 0.022, 2],
  ['ETH', 3_300, 0.029, 2],
  ['BNB', 640, 0.024, 2],
  ['SOL', 178, 0.04, 2],
  ['XRP', 1.12, 0.042, 4],
  ['ADA', 0.72, 0.044, 4],
  ['DOGE', 0.31, 0.055, 5],
  ['TRX', 0.198, 0.026, 4],
  ['AVAX', 34.6, 0.046, 2],
  ['LINK', 15.1, 0.043, 2],
  ['DOT', 5.9, 0.041, 3],
  ['MATIC', 0.44, 0.045, 4],
  ['LTC', 88.5, 0.034, 2],
  ['BCH', 442, 0.038, 1],
  ['UNI', 9.2, 0.047, 3],
  ['ATOM', 6.1, 0.041, 3],
  ['ETC', 26.3, 0.04, 2],
  ['XLM', 0.24, 0.045, 4],
  ['FIL', 4.3, 0.046, 3],
  ['APT', 11.8, 0.049, 2],
  ['NEAR', 5.4, 0.05, 3],
  ['ARB', 0.69, 0.051, 4],
  ['OP', 1.78, 0.052, 3],
  ['ICP', 9.4, 0.047, 3],
  ['AAVE', 168, 0.045, 2],
  ['ALGO', 0.21, 0.044, 4],
  ['INJ', 24.2, 0.055, 2],
  ['SUI', 3.4, 0.056, 4],
  ['SEI', 0.47, 0.057, 4],
  ['RUNE', 5.3, 0.054, 3],
  ['GRT', 0.19, 0.048, 4],
  ['MKR', 1_540, 0.04, 0],
  ['SAND', 0.37, 0.049, 4],
  ['MANA', 0.43, 0.048, 4],
  ['EOS', 0.66, 0.041, 4],
  ['XTZ', 0.78, 0.042, 3],
];

const AGAINST_BTC: readonly [base: string, startPrice: number, dailyVolatility: number][] = [
  ['ETH', 0.0351, 0.018],
  ['BNB', 0.0068, 0.019],
  ['SOL', 0.00189, 0.03],
  ['LTC', 0.00094, 0.027],
];

export const SYMBOLS: ReadonlyMap<string, SpotSymbol> = new Map(
  [
    ...AGAINST_USDT.map(([base, startPrice, dailyVolatility, priceDecimals]) => ({
      id: `${base}USDT`,
      base,
      quote: 'USDT',
      startPrice,
      dailyVolatility,
      priceDecimals,
    })),
    ...AGAINST_BTC.map(([base, startPrice, dailyVolatility]) => ({
      id: `${base}BTC`,
      base,
      quote: 'BTC',
      startPrice,
      dailyVolatility,
      priceDecimals: 7,
    })),
  ].map((symbol) => [symbol.id, Object.freeze(symbol)]),
);
