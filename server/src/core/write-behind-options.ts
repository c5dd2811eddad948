import { type Duration, durationMs } from './duration.js';
import { assertOptionNames, invalidOption } from './options.js';
import type { TenantId } from './tenant-id.js';

/** One acknowledged write on its way to the source. */
export interface WriteBehindItem {
  readonly tenantId: TenantId;
  readonly resource: string;
  readonly key: string;
  readonly value: unknown;
  /** The same at every attempt, unique within the tenant: a source that remembers it does nothing twice. */
  readonly id: string;
  /** The number in `id`. It grows with each write of the tenant: a source that keeps it can refuse an older one. */
  readonly sequence: number;
  /** Counts from 1. */
  readonly attempt: number;
  /** Milliseconds since 1970 by the queue's clock. */
  readonly enqueuedAtMs: number;
}

export interface WriteBehindOptions {
  /**
   * Brings one write to the source. Called at least once per write, in order for each key; what it rejects with is
   * tried again. It must end soon after `signal` aborts.
   */
  persist(item: WriteBehindItem, context: { signal: AbortSignal }): Promise<void>;
  /** False: this process queues only, and others persist. Default true. */
  consume?: boolean;
  /** After so many attempts a write becomes a dead letter. Default 5. */
  maxAttempts?: number;
  /** Wait before the second attempt, doubled for each further one, at random from half of it up. Default 500 ms to 1 minute. */
  backoff?: { first?: Duration; max?: Duration };
  /** Of one attempt. Default 30 s, at most 10 minutes. */
  timeout?: Duration;
  /** Calls of `persist` side by side in this process. Default 16. */
  concurrency?: number;
  /** And for one tenant. Default 4. */
  concurrencyPerTenant?: number;
  /** What one tenant's queue may hold with its dead letters, 128 bytes per item included. Default 64 MiB. */
  maxQueuedBytes?: number;
  /** Default 100,000. */
  maxQueuedItems?: number;
  /** A write replaces those of its key that still wait. Default false: each is persisted. */
  coalesce?: boolean;
  /** How long `close()` goes on persisting what is queued. Default 5 s, at most 10 minutes. */
  drainTimeout?: Duration;
}

export type WriteBehindSettings = ReturnType<typeof writeBehindSettings>;

const WHERE = 'createTenantCache() writeBehind';
const NAMES = [
  'persist',
  'consume',
  'maxAttempts',
  'backoff',
  'timeout',
  'concurrency',
  'concurrencyPerTenant',
  'maxQueuedBytes',
  'maxQueuedItems',
  'coalesce',
  'drainTimeout',
];
const MAX_TIMEOUT_MS = 600_000;
const MAX_BACKOFF_MS = 86_400_000;

/** Every option with its default. @throws TenantCacheError `OPTION_INVALID` */
export function writeBehindSettings(options: WriteBehindOptions) {
  assertOptionNames(WHERE, options, NAMES);
  const { backoff = {}, persist } = options;
  if (typeof persist !== 'function') throw invalidOption(WHERE, `persist: ${typeof persist}`, 'a function of an item');
  assertOptionNames(`${WHERE} backoff`, backoff, ['first', 'max']);
  const firstBackoffMs = time('backoff.first', backoff.first ?? '500ms', 1, MAX_BACKOFF_MS);
  return Object.freeze({
    persist: persist.bind(options) as WriteBehindOptions['persist'],
    consume: flag('consume', options.consume ?? true),
    maxAttempts: whole('maxAttempts', options.maxAttempts ?? 5, 1_000_000),
    firstBackoffMs,
    maxBackoffMs: time('backoff.max', backoff.max ?? Math.max(60_000, firstBackoffMs), firstBackoffMs, MAX_BACKOFF_MS),
    timeoutMs: time('timeout', options.timeout ?? '30s', 1, MAX_TIMEOUT_MS),
    concurrency: whole('concurrency', options.concurrency ?? 16, 10_000),
    concurrencyPerTenant: whole('concurrencyPerTenant', options.concurrencyPerTenant ?? 4, 10_000),
    maxQueuedBytes: whole('maxQueuedBytes', options.maxQueuedBytes ?? 64 * 1024 * 1024, Number.MAX_SAFE_INTEGER),
    maxQueuedItems: whole('maxQueuedItems', options.maxQueuedItems ?? 100_000, 10_000_000),
    coalesce: flag('coalesce', options.coalesce ?? false),
    drainTimeoutMs: time('drainTimeout', options.drainTimeout ?? '5s', 0, MAX_TIMEOUT_MS),
  });
}

function time(name: string, value: Duration, minMs: number, maxMs: number): number {
  const ms = durationMs(value, `writeBehind.${name}`, minMs);
  if (ms > maxMs) throw invalidOption(WHERE, `${name}: ${value}`, `${minMs} to ${maxMs} ms`);
  return ms;
}

function whole(name: string, value: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw invalidOption(WHERE, `${name}: ${String(value)}`, `a whole number from 1 to ${max}`);
}

function flag(name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidOption(WHERE, `${name}: ${String(value)}`, 'true or false');
}
