import { TenantCacheError } from '../core/errors.js';

/** `EXCHANGE_LIMITED`: the exchange refuses more calls for now, or was found to and is left alone. */
export class ExchangeLimitedError extends TenantCacheError {
  override readonly name = 'ExchangeLimitedError';

  /** @param retryAfterMs when the exchange may be asked again, as far as it is known */
  constructor(
    readonly retryAfterMs?: number,
    cause?: unknown,
  ) {
    super('EXCHANGE_LIMITED', {
      ...(retryAfterMs !== undefined && { todo: `ask again in ${Math.ceil(retryAfterMs / 1_000)} s` }),
      ...(cause !== undefined && { cause }),
    });
  }
}
