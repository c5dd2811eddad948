import { LRUCache } from 'lru-cache';
import type { EntryId } from '../core/resource.js';

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** Entries of one tenant whose last load failed; the oldest is forgotten, which costs one more load. */
const MAX_FAILURES = 1_000;

interface Failure {
  readonly error: unknown;
  readonly inARow: number;
  readonly retryAtMs: number;
  readonly repeatUntilMs: number;
}

/** The loads of one tenant that failed last, so that a failing origin is neither asked by every call nor forgotten. */
export class Failures {
  #failures: LRUCache<EntryId, Failure> | undefined;

  /** The error to repeat instead of loading, within the call's error TTL. */
  repeated(id: EntryId, nowMs: number): { readonly error: unknown } | undefined {
    const failure = this.#failures?.get(id);
    return failure !== undefined && nowMs < failure.repeatUntilMs ? failure : undefined;
  }

  /** Whether a stale value is to be served without asking the origin: 1 s after a failure, doubling up to 30 s. */
  backsOff(id: EntryId, nowMs: number): boolean {
    const failure = this.#failures?.get(id);
    return failure !== undefined && nowMs < failure.retryAtMs;
  }

  failed(id: EntryId, error: unknown, errorTtlMs: number, nowMs: number): void {
    this.#failures ??= new LRUCache({ maxSize: MAX_FAILURES, sizeCalculation: () => 1 });
    const inARow = (this.#failures.get(id)?.inARow ?? 0) + 1;
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(inARow - 1, 10), MAX_BACKOFF_MS);
    this.#failures.set(id, { error, inARow, retryAtMs: nowMs + backoffMs, repeatUntilMs: nowMs + errorTtlMs });
  }

  /** A load succeeded, or the entry was invalidated: whoever asks next may load. */
  forget(id: EntryId): void {
    this.#failures?.delete(id);
  }

  forgetAll(): void {
    this.#failures = undefined;
  }
}
