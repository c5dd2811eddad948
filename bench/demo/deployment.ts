import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type CacheOptions, createTenantCache, type TenantCache, type TenantCacheServer } from 'tenantcache';
import { ccxtProvider, type MarketDataProvider, SharedMarketDataCache } from 'tenantcache/market-data';
import { demoPortfolios } from '../../prisma/src/demo-data.js';
import { EXCHANGE } from '../../server/example/src/market/pairs.js';
import { createExchangeServer } from '../../server/example/src/simulator/exchange-server.js';
import type { TenantStream } from '../../server/example/src/traffic/tenant-stream.js';
import type { Trace } from '../../server/example/src/traffic/traces.js';
import { defineWarmUps } from '../../server/example/src/warm-ups.js';
import { benchRedisUrl } from '../redis-url.js';
import { RUN } from '../workload.js';
import { EachForItself } from './each-for-itself.js';
import { type FleetTenant, streamOf } from './fleet.js';
import { Answers, type Rows } from './requests.js';

const MIB = 1024 * 1024;
const DATABASE_MS = 3;
const UNLIMITED = 1e12;
const AT_START = ['top-symbols', 'watchlists'];
/** Clients wait where the machine is slow, and ask the same afterwards. */
const MAX_UNDER_WAY = 64;
/** What every kind has where there is one time for all: it must do for prices. */
const FLAT_TTL = '60s';

export interface Configuration {
  readonly name: string;
  /** Market data in a dataset that all share, instead of in each tenant's cache. */
  readonly shared: boolean;
  /** By category, instead of one time for everything. */
  readonly ttlByCategory: boolean;
  /** At start and on schedules, as the example defines them. */
  readonly warmUps: boolean;
  /** Clients come once the warm-ups of the start are over, as behind a balancer. */
  readonly isWaitedFor?: boolean;
}

/** What was counted since the traffic began. */
export interface Figures {
  readonly requests: number;
  readonly failed: number;
  /** Of the caches, by whoever asked for an answer. */
  readonly reads: number;
  readonly misses: number;
  /** Those of what an exchange told: prices, tickers, books and candles. */
  readonly marketMisses: number;
  readonly exchangeCalls: number;
  readonly databaseReads: number;
  readonly latenciesMs: readonly number[];
}

interface Driven {
  readonly cache: TenantCache;
  readonly stream: TenantStream;
  due: number;
}

/** One fresh deployment of the example on tenants, and where it has one on a dataset, of its own. */
export class Deployment {
  readonly #cache: TenantCacheServer;
  readonly #exchange: Server;
  readonly #provider: MarketDataProvider;
  readonly #answers: Answers;
  readonly #driven: Driven[];
  readonly #market: SharedMarketDataCache | undefined;
  readonly #index: number;
  readonly #dataset: string;
  readonly #marketMisses: () => number;
  readonly #watchlists: ReadonlyMap<string, readonly string[]>;
  readonly #underWay = new Set<Promise<void>>();
  #requests = 0;
  #failed = 0;
  #exchangeCalls = 0;
  #databaseReads = 0;
  #latenciesMs: number[] = [];

  static async open(
    index: number,
    configuration: Configuration,
    fleet: readonly FleetTenant[],
    traces: readonly Trace[],
  ): Promise<Deployment> {
    const exchange = createExchangeServer({ weightPerMinute: UNLIMITED });
    exchange.listen(0, '127.0.0.1');
    await once(exchange, 'listening');
    return new Deployment(index, configuration, fleet, traces, exchange);
  }

  private constructor(
    index: number,
    readonly configuration: Configuration,
    fleet: readonly FleetTenant[],
    traces: readonly Trace[],
    exchange: Server,
  ) {
    const prefix = `bench-${RUN}-${index}`;
    this.#index = index;
    const nameOf = (tenantId: string) => `${prefix}-${tenantId}`.slice(0, 64);
    this.#dataset = prefix.slice(0, 32);
    this.#exchange = exchange;
    exchange.on('request', () => void this.#exchangeCalls++);
    const tenants = Object.fromEntries(fleet.map(({ tenantId, settings }) => [nameOf(tenantId), settings]));
    this.#cache = createTenantCache(this.#options(tenants));
    const url = `http://127.0.0.1:${(exchange.address() as AddressInfo).port}`;
    // Neither its limiter nor the exchange's: what each configuration asks for is to be seen.
    const provider = ccxtProvider({ exchange: EXCHANGE, url, config: { enableRateLimit: false } });
    this.#provider = provider;
    this.#market = configuration.shared ? this.#sharedMarket(provider) : undefined;
    const marketData = this.#market ?? new EachForItself(() => this.#cache.current(), provider);
    this.#marketMisses = () =>
      marketData instanceof EachForItself ? marketData.misses : (this.#datasetMetrics()?.misses ?? 0);
    this.#watchlists = new Map(fleet.map(({ tenantId, watchlist }) => [nameOf(tenantId), watchlist]));
    this.#answers = new Answers(marketData, this.#rows(), (tenantId) => this.#watchlists.get(tenantId) ?? []);
    this.#driven = fleet.map((tenant) => ({
      cache: this.#cache.forTenant(nameOf(tenant.tenantId)),
      stream: streamOf(tenant, traces),
      due: 0,
    }));
  }

  /** What is to be warmed at start is begun, and waited for only where the configuration says so. */
  async start(): Promise<void> {
    await this.#cache.ready();
    // Loading ccxt takes seconds, and is the same for each.
    await this.#provider.fetchTicker('BTC/USDT', { signal: AbortSignal.timeout(60_000) });
    this.#exchangeCalls = 0;
    if (!this.#market || !this.configuration.warmUps) return;
    for (const { cache } of this.#driven) {
      await this.#cache.watchlists.put(cache.tenantId, 'core', this.#watchlists.get(cache.tenantId) ?? []);
    }
    defineWarmUps(this.#cache, this.#market.platform, this.#dataset);
    if (this.configuration.isWaitedFor) for (const job of AT_START) await this.#ended(job);
    this.#exchangeCalls = 0;
  }

  /** Sends what is due after so much more time. */
  tick(elapsedMs: number): void {
    for (const each of this.#driven) {
      each.due += (each.stream.plan.requestsPerSecond * elapsedMs) / 1_000;
      for (; each.due >= 1 && this.#underWay.size < MAX_UNDER_WAY; each.due--) {
        const sent = this.#send(each).finally(() => this.#underWay.delete(sent));
        this.#underWay.add(sent);
      }
    }
  }

  figures(): Figures {
    let [reads, misses] = [0, 0];
    const dataset = this.#datasetMetrics();
    const all = this.#driven.map(({ cache }) => cache.metrics());
    for (const each of [...all, ...(dataset ? [dataset] : [])]) {
      reads += each.hits + each.misses;
      misses += each.misses;
    }
    return {
      requests: this.#requests,
      failed: this.#failed,
      reads,
      misses,
      marketMisses: this.#marketMisses(),
      exchangeCalls: this.#exchangeCalls,
      databaseReads: this.#databaseReads,
      latenciesMs: this.#latenciesMs,
    };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    for (const { cache } of this.#driven) await cache.clear();
    if (this.#market) await this.#cache.platform.shared(this.#dataset).clear();
    // What a clear leaves behind is reclaimed as its use is asked for.
    for (const { cache } of this.#driven) await cache.usage();
    await this.#cache.close();
    this.#exchange.close();
    this.#exchange.closeAllConnections();
  }

  #datasetMetrics() {
    return this.#market && this.#cache.platform.shared(this.#dataset).metrics();
  }

  async #ended(job: string): Promise<void> {
    for (;;) {
      const { items } = await this.#cache.warming.runs({ job, page: 1, pageSize: 1 });
      if (items[0] && items[0].state !== 'running') return;
      await delay(100);
    }
  }

  async #send({ cache, stream }: Driven): Promise<void> {
    const startedMs = performance.now();
    try {
      await this.#cache.runAs(cache.tenantId, () => this.#answers.answer(cache, stream.next()));
      this.#latenciesMs.push(performance.now() - startedMs);
    } catch {
      this.#failed++;
    }
    this.#requests++;
    const { usedBytes, quotaBytes } = await cache.usage();
    stream.observe(usedBytes, quotaBytes);
  }

  #options(tenants: Record<string, FleetTenant['settings']>): CacheOptions {
    const { shared, ttlByCategory } = this.configuration;
    const kinds = ['analysis', 'portfolio', 'positions', 'trades', 'signals'];
    return {
      // A database of its own: on one, the same job runs in one deployment at a time.
      redis: { url: new URL(`/${this.#index}`, benchRedisUrl()).href },
      redisTimeout: '5s',
      tenants: { static: tenants },
      compression: false,
      defaultTtl: FLAT_TTL,
      upkeep: false,
      ...(!ttlByCategory && {
        ttlPolicy: { categories: Object.fromEntries(kinds.map((kind) => [kind, FLAT_TTL] as const)) },
      }),
      ...(shared && { shared: { [this.#dataset]: { quotaBytes: 64 * MIB, rateLimit: false as const } } }),
    };
  }

  #sharedMarket(provider: MarketDataProvider): SharedMarketDataCache {
    return new SharedMarketDataCache({
      cache: this.#cache,
      dataset: this.#dataset,
      providers: { [EXCHANGE]: provider },
    });
  }

  #rows(): Rows {
    const portfolios = new Map(
      demoPortfolios('bench').map(({ id, name, cash, positions }) => [
        id,
        { id, name, baseCurrency: 'USDT', cash, positions },
      ]),
    );
    const read = async <T>(row: T): Promise<T> => {
      this.#databaseReads++;
      await delay(DATABASE_MS);
      return row;
    };
    return {
      portfolio: (_tenantId, id) => read(portfolios.get(id) as NonNullable<ReturnType<typeof portfolios.get>>),
      other: () => read({ items: Array.from({ length: 20 }, (_, index) => ({ id: index, at: RUN })) }),
    };
  }
}
