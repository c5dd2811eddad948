import { LRUCache } from 'lru-cache';
import { isDatasetOwner } from '../core/dataset.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/**
 * Entries whose last load failed, at 1 kB each with their errors; the oldest is forgotten, which costs one more load. A
 * dataset has the keys of all tenants, and all of them may fail at once.
 */
const MAX_FAILURES = 1_000;
const MAX_FAILURES_OF_DATASET = 20_000;

interface Failure {
  readonly error: unknown;
  readonly inARow: number;
  readonly retryAtMs: number;
  readonly repeatUntilMs: number;
}

/** The loads of one tenant, or of a dataset, that failed last, so that a failing origin is neither asked by every call nor forgotten. */
export class Failures {
  readonly #max: number;
  #failures: LRUCache<EntryId, Failure> | undefined;

  constructor(owner: TenantId) {
    this.#max = isDatasetOwner(owner) ? MAX_FAILURES_OF_DATASET : MAX_FAILURES;
  }

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
    this.#failures ??= new LRUCache({ maxSize: this.#max, sizeCalculation: () => 1 });
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
