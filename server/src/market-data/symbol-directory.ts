import type { PlatformDataset } from '../core/shared.js';
import type { Kept } from './market-loaders.js';
import { exchangeGroup, symbolUnknown } from './market-names.js';
import type { MarketDataProvider } from './provider.js';

/** How long this process goes by the list that it read last. */
const LOOK_AGAIN_MS = 10_000;
const RETRY_MS = 1_000;

interface Listed {
  readonly symbols: readonly string[];
  readonly known: ReadonlySet<string>;
  readonly asOf: number;
  readonly lookAgainMs: number;
}

/** Which symbols there are, from the exchange's list in the dataset: names that are not in it are never cached. */
export class SymbolDirectory {
  readonly #platform: PlatformDataset;
  readonly #providers: ReadonlyMap<string, MarketDataProvider>;
  readonly #now: () => number;
  readonly #listed = new Map<string, Listed>();
  readonly #reading = new Map<string, Promise<Listed | undefined>>();

  constructor(platform: PlatformDataset, providers: ReadonlyMap<string, MarketDataProvider>, now: () => number) {
    this.#platform = platform;
    this.#providers = providers;
    this.#now = now;
  }

  /** Whether the exchange has the symbol; undefined where that cannot be told without asking for it. */
  async has(exchange: string, symbol: string): Promise<boolean | undefined> {
    return (await this.#list(exchange).catch(() => undefined))?.known.has(symbol);
  }

  /** @throws TenantCacheError `SYMBOL_UNKNOWN` */
  async assertKnown(exchange: string, symbol: string): Promise<void> {
    if ((await this.has(exchange, symbol)) === false) throw symbolUnknown();
  }

  /** @throws what the exchange's list failed with, where none was read before */
  async list(exchange: string): Promise<readonly string[] | undefined> {
    return (await this.#list(exchange))?.symbols;
  }

  async #list(exchange: string): Promise<Listed | undefined> {
    if (!this.#providers.get(exchange)?.symbols) return undefined;
    const listed = this.#listed.get(exchange);
    if (listed && this.#now() < listed.lookAgainMs) return listed;
    const reading =
      this.#reading.get(exchange) ?? this.#read(exchange, listed).finally(() => this.#reading.delete(exchange));
    this.#reading.set(exchange, reading);
    return reading;
  }

  async #read(exchange: string, last: Listed | undefined): Promise<Listed | undefined> {
    let kept: Kept<readonly string[]> | null | undefined;
    try {
      kept = await this.#platform.get<Kept<readonly string[]> | null>(exchangeGroup(exchange), 'symbols');
    } catch (error) {
      if (last === undefined) throw error;
      this.#listed.set(exchange, { ...last, lookAgainMs: this.#now() + RETRY_MS });
      return last;
    }
    if (!kept) return undefined;
    const { is: symbols, asOf } = kept;
    const known = last?.asOf === asOf ? last.known : new Set(symbols);
    const listed = { symbols, known, asOf, lookAgainMs: this.#now() + LOOK_AGAIN_MS };
    this.#listed.set(exchange, listed);
    return listed;
  }
}
