import { fail, TenantCacheError } from '../core/errors.js';
import type { CallCounts } from './call-counts.js';
import type { ExchangeBackoff } from './exchange-backoff.js';
import { ExchangeLimitedError } from './exchange-limited-error.js';
import type { MarketDataProvider } from './provider.js';

export interface ExchangeQuestion<T> {
  /** Whom the call is for; none: the exchange as a whole. */
  readonly symbols: readonly string[];
  readonly signal: AbortSignal;
  readonly ask: (provider: MarketDataProvider) => Promise<T>;
  /** Whether the answer tells of the symbol: any name may be asked for. */
  readonly tellsOf: (answer: T, symbol: string) => boolean;
}

/** Every call of an exchange goes through here: counted, held back while the exchange refuses, its failures named. */
export class ExchangeCallsMade {
  readonly #providers: ReadonlyMap<string, MarketDataProvider>;
  readonly #backoff: ExchangeBackoff;
  readonly #counts: CallCounts;

  constructor(providers: ReadonlyMap<string, MarketDataProvider>, backoff: ExchangeBackoff, counts: CallCounts) {
    this.#providers = providers;
    this.#backoff = backoff;
    this.#counts = counts;
  }

  /** @throws TenantCacheError `EXCHANGE_UNKNOWN`, `EXCHANGE_LIMITED`, `EXCHANGE_UNAVAILABLE`; `OPTION_INVALID` of a provider */
  async call<T>(exchange: string, { symbols, signal, ask, tellsOf }: ExchangeQuestion<T>): Promise<T> {
    const provider = this.#providers.get(exchange);
    if (provider === undefined) throw exchangeUnknown(this.#providers);
    await this.#backoff.assertOpen(exchange);
    signal.throwIfAborted();
    const answered = this.#counts.called(exchange, symbols);
    try {
      const answer = await ask(provider);
      answered((symbol) => tellsOf(answer, symbol));
      return answer;
    } catch (error) {
      if (error instanceof ExchangeLimitedError) {
        throw new ExchangeLimitedError(await this.#backoff.begin(exchange, error.retryAfterMs), error.cause);
      }
      if (error instanceof TenantCacheError) throw error;
      throw fail('EXCHANGE_UNAVAILABLE', { cause: error });
    }
  }
}

export function exchangeUnknown(providers: ReadonlyMap<string, unknown>) {
  return fail('EXCHANGE_UNKNOWN', { allowed: [...providers.keys()].join(', ') });
}
