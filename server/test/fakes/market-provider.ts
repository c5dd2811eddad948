import { ExchangeLimitedError, type MarketDataProvider, type Timeframe } from '../../src/market-data/index.js';

const LENGTHS_MS: Partial<Record<Timeframe, number>> = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 };

/** An exchange in the memory of the test, which counts what it is asked and fails as it is told. */
export class MarketProvider implements MarketDataProvider {
  readonly name = 'test';
  /** Each call with what it was for. */
  readonly calls: string[] = [];
  listed: string[] | undefined = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];
  failure: 'down' | 'hangs' | ExchangeLimitedError | undefined;
  price = 100;
  now = () => Date.now();
  symbols?: () => Promise<readonly string[]> = async () => {
    await this.#asked('symbols');
    return this.listed ?? [];
  };

  async fetchTicker(symbol: string) {
    await this.#asked(`ticker ${symbol}`);
    return this.#has(symbol) ? this.#ticker() : null;
  }

  async fetchTickers(symbols: readonly string[]) {
    await this.#asked(`tickers ${symbols.join(' ')}`);
    return new Map(symbols.filter((symbol) => this.#has(symbol)).map((symbol) => [symbol, this.#ticker()]));
  }

  async fetchOrderBook(symbol: string, depth: number) {
    await this.#asked(`book ${symbol} ${depth}`);
    if (!this.#has(symbol)) return null;
    const side = (step: number) =>
      Array.from({ length: depth }, (_, level) => [`${1_000 + step * (level + 1)}`, '1'] as const);
    return { bids: side(-1), asks: side(1) };
  }

  async fetchOhlcv(symbol: string, timeframe: Timeframe, limit: number) {
    await this.#asked(`ohlcv ${symbol} ${timeframe} ${limit}`);
    if (!this.#has(symbol)) return null;
    const lengthMs = LENGTHS_MS[timeframe] ?? 60_000;
    const newest = Math.floor(this.now() / lengthMs) * lengthMs;
    const openOf = (index: number) => newest - (limit - 1 - index) * lengthMs;
    return Array.from({ length: limit }, (_, index) => [openOf(index), '1', '2', '0.5', `${this.price}`, '9'] as const);
  }

  #has(symbol: string): boolean {
    return this.listed?.includes(symbol) ?? false;
  }

  #ticker() {
    const none = { bid: null, ask: null, open: null, high: null, low: null };
    return { last: `${this.price}.10`, ...none, changePercent: '-1.5', baseVolume: null, quoteVolume: null };
  }

  async #asked(what: string): Promise<void> {
    this.calls.push(what);
    if (this.failure instanceof ExchangeLimitedError) throw this.failure;
    if (this.failure === 'down') throw new Error('connection refused');
    if (this.failure === 'hangs') await new Promise(() => {});
  }
}
