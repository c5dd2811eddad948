import type { PlatformDataset } from '../core/shared.js';
import type { ExchangeBackoff } from './exchange-backoff.js';
import { exchangeUnknown } from './exchange-calls.js';
import type { MarketData } from './market-data.js';
import { MarketReader, type ReaderParts } from './market-reader.js';

/** Market data for the platform's own jobs. */
export interface PlatformMarketData extends MarketData {
  /**
   * Lets an exchange be asked again that is left alone because it limited calls.
   * @returns whether all processes hear of it; false: Redis does not answer, and only this process asks again
   * @throws TenantCacheError `EXCHANGE_UNKNOWN`
   */
  liftBackoff(exchange: string): Promise<boolean>;
}

export class PlatformReader extends MarketReader implements PlatformMarketData {
  readonly #providers: ReaderParts['providers'];
  readonly #backoff: ExchangeBackoff;

  constructor(parts: ReaderParts, dataset: PlatformDataset, backoff: ExchangeBackoff) {
    super(parts, () => dataset);
    this.#providers = parts.providers;
    this.#backoff = backoff;
  }

  async liftBackoff(exchange: string): Promise<boolean> {
    if (!this.#providers.has(exchange)) throw exchangeUnknown(this.#providers);
    return this.#backoff.lift(exchange);
  }
}
