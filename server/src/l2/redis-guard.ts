import { setTimeout as delay } from 'node:timers/promises';
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
import { asRefusal, isOutage, isRefusal, reasonOf, storeUnavailable } from './store-unavailable.js';

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
  /**
   * What must have reached Redis before calls do again, by `ask` alone. The breaker stays open where it returns a failure
   * that is more than a refusal of one command.
   */
  beforeClose?: (() => Promise<readonly unknown[]>) | undefined;
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
  #catchingUp: Promise<void> | undefined;
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
    // Who waits for the first connection waits for one deadline, not each of its calls.
    const patience = delay(options.deadlineMs, undefined, { ref: false });
    void Promise.race([options.attempted, patience]).then(() => {
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
      return await this.#policy.execute(() => {
        // The one call that half-open lets try goes last: its answer closes the breaker.
        if (this.#policy.state === CircuitState.Closed) return this.#watch(this.#deadlines, call);
        return this.#watch(this.#deadlines, () => this.#catchUp().then(call));
      });
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

  /** From now on no call reaches a server that must not be used; undefined where it may be, from which on calls do. */
  async refuse(reason: TenantCacheError | undefined): Promise<void> {
    if (reason) this.#refusal = reason;
    else if (this.#refusal) {
      await this.#catchUp();
      this.#refusal = undefined;
    }
    void this.probe();
  }

  /** Closes an open breaker early where Redis answers in time; a Redis that is merely slow keeps it open. */
  async probe(): Promise<void> {
    if (this.#probing || this.#refusal || this.#policy.state !== CircuitState.Open) return;
    this.#probing = true;
    try {
      await this.ask(this.#options.ping);
      await this.#catchUp();
      this.#breaker.state = 0;
      this.#policy.isolate().dispose();
    } catch {
      // The breaker goes its own way: one call may try after `halfOpenAfterMs`.
    } finally {
      this.#probing = false;
    }
  }

  /** Whoever comes while it is under way waits for the same one. */
  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#sendMissed().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  async #sendMissed(): Promise<void> {
    const errors = (await this.#options.beforeClose?.()) ?? [];
    const outage = errors.find((error) => !isRefusal(error));
    if (outage !== undefined) throw outage;
  }
}

function explain(error: unknown): TenantCacheError {
  if (error instanceof TenantCacheError) return error;
  const explained = storeUnavailable(
    error instanceof BrokenCircuitError ? 'the circuit breaker is open' : reasonOf(error),
  );
  return isOutage(error) ? explained : asRefusal(explained);
}
