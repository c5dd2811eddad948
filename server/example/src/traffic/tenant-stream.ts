import { symbolOf } from '../market/pairs.js';
import type { TenantPlan } from './plan.js';
import type { Trace, TraceRequest } from './traces.js';
import { zipfRanks } from './zipf.js';

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** Whose token it carries; undefined: that of the tenant's service account. */
  readonly user?: string;
}

/** Markets that clients look at, the most wanted first. */
const PAIRS = [
  ...'BTC ETH SOL BNB XRP ADA DOGE LINK LTC AVAX DOT TRX UNI ATOM AAVE XLM'.split(' ').map((base) => `${base}/USDT`),
  'ETH/BTC',
  'SOL/BTC',
];
const SYMBOLS = PAIRS.map(symbolOf);
const SKEW = 0.8;
const TIMEFRAMES = ['1m', '5m', '1h', '1d'];
const TICKERS = 3;
const SHARE_OF_USERS = 0.5;

/**
 * What one tenant asks for next. Two of five requests are for reports that its trace names; the others are what a screen asks
 * for beside them: prices, books, candles, the watchlist, portfolios, trades and signals.
 */
export class TenantStream {
  #position: number;
  #usedShare = 0;
  readonly #asked = new Set<string>();
  readonly #known: TraceRequest[] = [];
  readonly #rank: () => number;
  portfolioIds: readonly string[] = [];
  watchlists: readonly string[] = [];
  /** Those who may do all that it asks for. */
  users: readonly string[] = [];

  constructor(
    readonly plan: TenantPlan,
    private readonly trace: Trace,
    private readonly random: () => number,
  ) {
    this.#position = Math.floor(plan.offset * trace.requests.length);
    this.#rank = zipfRanks(PAIRS.length, SKEW, random);
  }

  next(): ApiRequest {
    const request = this.#request();
    const user = this.random() < SHARE_OF_USERS ? this.#pick(this.users) : undefined;
    return user === undefined ? request : { ...request, user };
  }

  #request(): ApiRequest {
    const chance = this.random();
    if (chance < 0.4) return this.#report();
    if (chance < 0.6) return get(`/prices/${this.#symbol()}`);
    if (chance < 0.65) return get(`/tickers?symbols=${Array.from({ length: TICKERS }, () => this.#symbol())}`);
    if (chance < 0.73) return this.#watchlist();
    if (chance < 0.81) return get(`/candles/${this.#symbol()}?timeframe=${this.#pick(TIMEFRAMES)}`);
    if (chance < 0.85) return get(`/orderbook/${this.#symbol()}`);
    if (chance < 0.87) return get('/market/overview');
    if (chance < 0.89) return get(`/signals/${this.#symbol()}?timeframe=${this.#pick(TIMEFRAMES)}`);
    const portfolio = this.#pick(this.portfolioIds);
    if (portfolio === undefined || chance < 0.9) return get('/me/usage');
    if (chance < 0.91) return get('/portfolios');
    if (chance < 0.992) return get(`/portfolios/${encodeURIComponent(portfolio)}${this.#part(chance)}`);
    return this.#trade(portfolio);
  }

  /** What the last answer said of the tenant's quota; a `steady` or `quiet` tenant asks for no new keys above its share. */
  observe(usedBytes: number, quotaBytes: number): void {
    if (quotaBytes > 0) this.#usedShare = usedBytes / quotaBytes;
  }

  get usedShare(): number {
    return this.#usedShare;
  }

  #report(): ApiRequest {
    const { requests } = this.trace;
    let request = requests[this.#position++ % requests.length] as TraceRequest;
    const bounded = Number.isFinite(this.plan.fillShare);
    if (bounded && !this.#asked.has(request.key)) {
      if (this.#usedShare < this.plan.fillShare || this.#known.length === 0) {
        this.#asked.add(request.key);
        this.#known.push(request);
      } else {
        request = this.#pick(this.#known) ?? request;
      }
    }
    return get(`/analysis/${encodeURIComponent(request.key)}?windows=${request.windows}`);
  }

  #watchlist(): ApiRequest {
    const name = this.#pick(this.watchlists);
    return get(name === undefined ? '/tickers' : `/watchlists/${encodeURIComponent(name)}/prices`);
  }

  /** The portfolio at present prices, or what is known of it. */
  #part(chance: number): string {
    if (chance < 0.96) return '';
    return chance < 0.97 ? '/positions' : '/trades';
  }

  #trade(portfolio: string): ApiRequest {
    const quantity = (Math.ceil(this.random() * 500) / 100).toFixed(2);
    const averagePrice = (Math.ceil(this.random() * 10_000) / 100).toFixed(2);
    return {
      method: 'POST',
      path: `/portfolios/${encodeURIComponent(portfolio)}/positions`,
      body: JSON.stringify({ symbol: PAIRS[this.#rank()], quantity, averagePrice }),
    };
  }

  #symbol(): string {
    return SYMBOLS[this.#rank()] as string;
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }
}

function get(path: string): ApiRequest {
  return { method: 'GET', path };
}
