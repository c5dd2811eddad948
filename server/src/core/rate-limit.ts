/** What was counted of one key in its present window, the call at hand included. */
export interface RateCount {
  readonly used: number;
  /** Milliseconds until the window ends and the count begins at 0 again. */
  readonly resetsInMs: number;
}

/** Counts by one policy in fixed windows, which begin with a key's first call. */
export interface RateCounter {
  /** Rejects with `STORE_UNAVAILABLE`. */
  increment(key: string): Promise<RateCount>;
}

/** Where rates are counted over all processes. */
export interface RateStore {
  /** @param policy as it is named in the `RateLimit` headers; counts of two policies have nothing in common */
  counter(policy: string, windowMs: number): RateCounter;
}

/** What may be a name of a policy: a token, as it stands in the headers and in a Redis key. */
export const RATE_POLICY_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;
