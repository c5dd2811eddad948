/** What was counted of one key in its present window, the call at hand included. */
export interface RateCount {
  readonly used: number;
  /** Milliseconds until the window ends and the count begins at 0 again. */
  readonly resetsInMs: number;
}

/** How many calls to reserve: `least` are of use, `most` are wanted, and `limit` may pass in a window. */
export interface RateRequest {
  readonly limit: number;
  readonly least: number;
  readonly most: number;
}

/** Calls that may pass without another question while their window lasts. */
export interface RateReservation {
  /** 0: fewer than `least` are left. */
  readonly reserved: number;
  /** What is left of the limit for others, or for a later question. */
  readonly left: number;
  readonly resetsInMs: number;
  /** Tells this window of the key from the one before and the one after. */
  readonly window: number;
}

/** Counts by one policy in fixed windows, which begin with a key's first call. Rejects with `STORE_UNAVAILABLE`. */
export interface RateCounter {
  increment(key: string): Promise<RateCount>;
  /**
   * Counts up to `most` calls at once, so that a process need not ask for each: together never more than `limit`. The
   * nearer the limit, the fewer, so that little of it is lost with a process that does not use up what it has.
   */
  reserve(key: string, request: RateRequest): Promise<RateReservation>;
}

/** At most this part of what is left goes to one process at once. */
export const RESERVED_PART = 1 / 8;

/** Where rates are counted over all processes. */
export interface RateStore {
  /** @param policy as it is named in the `RateLimit` headers; counts of two policies have nothing in common */
  counter(policy: string, windowMs: number): RateCounter;
}

/** What may be a name of a policy: a token, as it stands in the headers and in a Redis key. */
export const RATE_POLICY_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;
