import { createTenantCache } from '../../src/index.js';
import type { MarketDataProvider } from '../../src/market-data/provider.js';
import { SharedMarketDataCache } from '../../src/market-data/shared-market-data-cache.js';

/** One of the processes whose tenants all want the same price. */
export interface MarketArgument {
  readonly redis: string;
  readonly exchange: string;
  readonly dataset: string;
  /** Begins the names of the tenants of this process. */
  readonly tenants: string;
}

export interface MarketOrder {
  readonly symbol: string;
  readonly tenants: number;
}

/** `loading` is said when the exchange is asked, the rest when every tenant has its answer. */
export type MarketMessage =
  | { readonly type: 'ready' | 'loading' }
  | {
      readonly type: 'done';
      readonly prices: readonly string[];
      readonly failed: readonly string[];
      /** Calls for the symbol that this process made and was spared. */
      readonly made: number;
      readonly saved: number;
    };

const { redis, exchange, dataset, tenants: prefix } = JSON.parse(process.argv[2] ?? '') as MarketArgument;
const say = (message: MarketMessage) => process.send?.(message);

async function ask<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(exchange + path, { signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()) as T;
}

/** Asks for prices only. It spares these processes ccxt, which is tested by itself. */
const provider: MarketDataProvider = {
  name: 'simulator',
  async fetchPrice(symbol, { signal }) {
    say({ type: 'loading' });
    const path = `/api/v3/ticker/price?symbol=${symbol.replace('/', '')}`;
    return { price: (await ask<{ price: string }>(path, signal)).price };
  },
  async symbols({ signal }) {
    const { symbols } = await ask<{ symbols: { baseAsset: string; quoteAsset: string }[] }>(
      '/api/v3/exchangeInfo',
      signal,
    );
    return symbols.map(({ baseAsset, quoteAsset }) => `${baseAsset}/${quoteAsset}`);
  },
  fetchTicker: async () => null,
  fetchTickers: async () => new Map(),
  fetchOrderBook: async () => null,
  fetchOhlcv: async () => null,
};

const cache = createTenantCache({
  redis: { url: redis },
  tenants: { default: { quotaBytes: 1e6 } },
  shared: { [dataset]: {} },
  redisTimeout: '5s',
  upkeep: false,
});
const market = new SharedMarketDataCache({ cache, dataset, providers: { binance: provider }, timeout: '60s' });

process.on('message', async ({ symbol, tenants }: MarketOrder) => {
  const answers = await Promise.allSettled(
    Array.from({ length: tenants }, (_, n) => cache.runAs(`${prefix}-${n}`, () => market.getPrice('binance', symbol))),
  );
  const prices = new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.price] : [])));
  const failed = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []));
  const { made = 0, saved = 0 } = market.calls().binance?.symbols[symbol] ?? {};
  say({ type: 'done', prices: [...prices], failed, made, saved });
});

void cache
  .ready()
  .then(() => market.platform.symbols('binance'))
  .then(() => say({ type: 'ready' }));
