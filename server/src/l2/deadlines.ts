import { storeUnavailable } from './store-unavailable.js';

/** Failures of calls that were under way when another one failed: a stall of either process is one failure, not sixty. */
const echoes = new WeakSet<object>();

export function isEcho(error: unknown): boolean {
  return typeof error === 'object' && error !== null && echoes.has(error);
}

interface Waiting {
  readonly dueMs: number;
  readonly reject: (error: unknown) => void;
  done: boolean;
}

/** One deadline for all calls: calls fall due in the order they began, so one timer serves them all. */
export class Deadlines {
  readonly #limitMs: number;
  readonly #onLateAnswer: () => void;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When a failure last counted. */
  #silentSinceMs = 0;

  constructor(limitMs: number, onLateAnswer: () => void) {
    this.#limitMs = limitMs;
    this.#onLateAnswer = onLateAnswer;
  }

  /** @throws TenantCacheError `STORE_UNAVAILABLE` once the deadline has passed */
  watch<T>(call: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { dueMs: performance.now() + this.#limitMs, reject, done: false };
      this.#waiting.push(waiting);
      this.#timer ??= setTimeout(this.#fallDue, this.#limitMs).unref();
      call.then(
        (value) => {
          if (waiting.done) this.#onLateAnswer();
          waiting.done = true;
          resolve(value);
        },
        (error) => {
          waiting.done = true;
          reject(error);
        },
      );
    });
  }

  // Timers run before the socket is read: after a stall of this process the answers may be there already.
  readonly #fallDue = (): void => {
    setImmediate(() => {
      const nowMs = performance.now();
      let first = 0;
      for (; first < this.#waiting.length; first++) {
        const waiting = this.#waiting[first] as Waiting;
        if (waiting.done) continue;
        if (waiting.dueMs > nowMs) break;
        waiting.done = true;
        const error = storeUnavailable(`no answer within ${this.#limitMs} ms`);
        if (waiting.dueMs - this.#limitMs < this.#silentSinceMs) echoes.add(error);
        else this.#silentSinceMs = nowMs;
        waiting.reject(error);
      }
      this.#waiting = this.#waiting.slice(first);
      const next = this.#waiting[0];
      this.#timer = next && setTimeout(this.#fallDue, Math.max(1, next.dueMs - nowMs)).unref();
    });
  };
}
