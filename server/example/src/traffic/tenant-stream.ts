import type { TenantPlan } from './plan.js';
import type { Trace, TraceRequest } from './traces.js';

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

const MARKETS = [
  'BTC/USDT',
  'ETH/USDT',
  'SOL/USDT',
  'BNB/USDT',
  'XRP/USDT',
  'ADA/USDT',
  'LINK/USDT',
  'LTC/USDT',
  'ETH/BTC',
];
const SYMBOLS = MARKETS.map((market) => market.replace('/', ''));
const TIMEFRAMES = ['5m', '1h', '1d'];

/** What one tenant asks for next: mostly reports named by its trace, now and then the rest of the API. */
export class TenantStream {
  #position: number;
  #usedShare = 0;
  readonly #asked = new Set<string>();
  readonly #known: TraceRequest[] = [];
  portfolioIds: readonly string[] = [];

  constructor(
    readonly plan: TenantPlan,
    private readonly trace: Trace,
    private readonly random: () => number,
  ) {
    this.#position = Math.floor(plan.offset * trace.requests.length);
  }

  next(): ApiRequest {
    const chance = this.random();
    if (chance < 0.8) return this.#report();
    if (chance < 0.9) return { method: 'GET', path: `/prices/${this.#pick(SYMBOLS)}` };
    if (chance < 0.93)
      return { method: 'GET', path: `/candles/${this.#pick(SYMBOLS)}?timeframe=${this.#pick(TIMEFRAMES)}` };
    const portfolio = this.#pick(this.portfolioIds);
    if (portfolio === undefined || chance < 0.94) return { method: 'GET', path: '/me/usage' };
    if (chance < 0.955) return { method: 'GET', path: '/portfolios' };
    if (chance < 0.995) return { method: 'GET', path: `/portfolios/${encodeURIComponent(portfolio)}` };
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
    return { method: 'GET', path: `/analysis/${encodeURIComponent(request.key)}?windows=${request.windows}` };
  }

  #trade(portfolio: string): ApiRequest {
    const quantity = Math.ceil(this.random() * 500) / 100;
    const averagePrice = Math.ceil(this.random() * 10_000) / 100;
    return {
      method: 'POST',
      path: `/portfolios/${encodeURIComponent(portfolio)}/positions`,
      body: JSON.stringify({ symbol: this.#pick(MARKETS), quantity, averagePrice }),
    };
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }
}
