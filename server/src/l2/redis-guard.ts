import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import type { Emit } from '../core/contracts.js';
import { TenantCacheError } from '../core/errors.js';
import { Deadlines, isEcho } from './deadlines.js';
import { isOutage, reasonOf, storeUnavailable } from './store-unavailable.js';

export interface GuardOptions {
  deadlineMs: number;
  /** Consecutive failures that open the breaker; calls that fall due together count once. */
  failures: number;
  /** How long it stays open before one call may try. */
  halfOpenAfterMs: number;
  emit: Emit;
  /** Resolves once the first attempt to connect has ended, either way. */
  attempted: Promise<void>;
  /** Asks Redis for a sign of life. */
  ping: () => Promise<unknown>;
}

const EVENT_STATE = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
} as const;

/** A deadline and a circuit breaker around every call to Redis: whatever Redis does, a caller waits `deadlineMs`. */
export class RedisGuard {
  readonly #breaker: ConsecutiveBreaker;
  readonly #policy: CircuitBreakerPolicy;
  readonly #deadlines: Deadlines;
  /** Apart from those of calls, whose failures count. */
  readonly #askDeadlines: Deadlines;
  readonly #options: GuardOptions;
  #attempted = false;
  #probing = false;
  #refusal: TenantCacheError | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#breaker = new ConsecutiveBreaker(options.failures);
    this.#policy = circuitBreaker(
      handleWhen((error) => isOutage(error) && !isEcho(error)),
      {
        breaker: this.#breaker,
        halfOpenAfter: options.halfOpenAfterMs,
      },
    );
    this.#policy.onStateChange((state) => {
      if (state !== CircuitState.Isolated) options.emit({ type: 'breaker', state: EVENT_STATE[state] });
    });
    this.#deadlines = new Deadlines(options.deadlineMs, () => void this.probe());
    this.#askDeadlines = new Deadlines(options.deadlineMs, () => void this.probe());
    void options.attempted.then(() => {
      this.#attempted = true;
    });
  }

  get closed(): boolean {
    return this.#policy.state === CircuitState.Closed && this.#refusal === undefined;
  }

  /** @throws TenantCacheError `STORE_UNAVAILABLE`, whatever the reason */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#refusal) throw storeUnavailable(this.#refusal.message);
    try {
      return await this.#policy.execute(() => this.#watch(this.#deadlines, call));
    } catch (error) {
      throw explain(error);
    }
  }

  /** The deadline alone, for questions that must reach Redis while the breaker is open. */
  async ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.#watch(this.#askDeadlines, call);
    } catch (error) {
      throw explain(error);
    }
  }

  #watch<T>(deadlines: Deadlines, call: () => Promise<T>): Promise<T> {
    return deadlines.watch(this.#attempted ? call() : this.#options.attempted.then(call));
  }

  /** From now on no call reaches a server that must not be used. */
  refuse(reason: TenantCacheError | undefined): void {
    this.#refusal = reason;
  }

  /** Closes an open breaker early where Redis answers in time; a Redis that is merely slow keeps it open. */
  async probe(): Promise<void> {
    if (this.#probing || this.#policy.state !== CircuitState.Open) return;
    this.#probing = true;
    try {
      await this.ask(this.#options.ping);
      this.#breaker.state = 0;
      this.#policy.isolate().dispose();
    } catch {
      // The breaker goes its own way: one call may try after `halfOpenAfterMs`.
    } finally {
      this.#probing = false;
    }
  }
}

function explain(error: unknown): TenantCacheError {
  if (error instanceof TenantCacheError) return error;
  return storeUnavailable(error instanceof BrokenCircuitError ? 'the circuit breaker is open' : reasonOf(error));
}
