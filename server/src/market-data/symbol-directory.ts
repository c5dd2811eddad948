import type { PlatformDataset } from '../core/shared.js';
import type { Kept } from './market-loaders.js';
import { exchangeGroup, symbolUnknown } from './market-names.js';
import type { MarketDataProvider } from './provider.js';

/** How long this process goes by the list that it read last. */
const LOOK_AGAIN_MS = 10_000;
const RETRY_MS = 1_000;
/** A list that takes longer keeps nobody from what is there without it. */
const WAIT_MS = 1_000;

interface Listed {
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
  /** What is known once the list was read, or took too long; never rejects. */
  readonly #reading = new Map<string, Promise<Listed | undefined>>();

  constructor(platform: PlatformDataset, providers: ReadonlyMap<string, MarketDataProvider>, now: () => number) {
    this.#platform = platform;
    this.#providers = providers;
    this.#now = now;
  }

  /** Whether the exchange has the symbol; undefined where that cannot be told without asking for it. */
  async has(exchange: string, symbol: string): Promise<boolean | undefined> {
    if (!this.#providers.get(exchange)?.symbols) return undefined;
    const last = this.#listed.get(exchange);
    if (last && this.#now() < last.lookAgainMs) return last.known.has(symbol);
    const reading = this.#reading.get(exchange) ?? this.#read(exchange, last);
    // What was there a moment ago waits for no list.
    if (last?.known.has(symbol)) return true;
    return ((await reading) ?? last)?.known.has(symbol);
  }

  /** @throws TenantCacheError `SYMBOL_UNKNOWN` */
  async assertKnown(exchange: string, symbol: string): Promise<void> {
    if ((await this.has(exchange, symbol)) === false) throw symbolUnknown();
  }

  #read(exchange: string, last: Listed | undefined): Promise<Listed | undefined> {
    const reading = new Promise<Listed | undefined>((resolve) => {
      const timer = setTimeout(resolve, WAIT_MS, undefined);
      void this.#listedNow(exchange, last).then((listed) => {
        clearTimeout(timer);
        if (listed) this.#listed.set(exchange, listed);
        this.#reading.delete(exchange);
        resolve(listed);
      });
    });
    this.#reading.set(exchange, reading);
    return reading;
  }

  /** Never rejects: where the list cannot be read, the last one holds. */
  async #listedNow(exchange: string, last: Listed | undefined): Promise<Listed | undefined> {
    try {
      const kept = await this.#platform.get<Kept<readonly string[]> | null>(exchangeGroup(exchange), 'symbols');
      if (!kept) return undefined;
      const { is: symbols, asOf } = kept;
      const known = last?.asOf === asOf ? last.known : new Set(symbols);
      return { known, asOf, lookAgainMs: this.#now() + LOOK_AGAIN_MS };
    } catch {
      return last && { ...last, lookAgainMs: this.#now() + RETRY_MS };
    }
  }
}
