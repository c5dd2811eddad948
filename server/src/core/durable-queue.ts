import type { EntryId } from './resource.js';
import type { TenantId } from './tenant-id.js';

/** What one tenant's queue may hold, dead letters included: a source that is away must not fill the store. */
export interface QueueBounds {
  /** Of entry ids and payloads, and 128 per item. */
  readonly maxBytes: number;
  readonly maxItems: number;
  /** A write replaces those of its entry that still wait: the last value is persisted, not each. */
  readonly coalesce: boolean;
}

export type AppendAnswer =
  | { readonly kind: 'queued'; readonly sequence: number }
  /** Nothing was queued. */
  | { readonly kind: 'full'; readonly bytes: number; readonly items: number };

/** A write that waits to be persisted. `sequence` grows with each write of the tenant. */
export interface QueuedItem {
  readonly sequence: number;
  readonly id: EntryId;
}

export type TakeAnswer =
  /** `more`: another call is due at once. */
  | { readonly kind: 'taken'; readonly items: readonly QueuedItem[]; readonly more: boolean }
  /** Another consumer has this tenant's queue. */
  | { readonly kind: 'held' };

export type BeginAnswer =
  | {
      readonly kind: 'begun';
      /** Counts from 1; an attempt during which its consumer died counts as well. */
      readonly attempt: number;
      readonly enqueuedAtMs: number;
      readonly payload: Buffer;
    }
  /** Persisted, replaced or buried by now. */
  | { readonly kind: 'gone' }
  /** Another consumer has taken the tenant's queue over. */
  | { readonly kind: 'lost' };

/** A write that was given up. Times are milliseconds since 1970 by the queue's clock. */
export interface DeadItem extends QueuedItem {
  readonly attempts: number;
  /** A class of failure, never the text of an error. */
  readonly reason: string;
  readonly enqueuedAtMs: number;
  readonly failedAtMs: number;
}

export interface QueueSize {
  readonly items: number;
  readonly deadLetters: number;
  /** Of both. */
  readonly bytes: number;
}

/**
 * Writes on their way to the source, a queue per tenant that outlives its process. One consumer at a time has a
 * tenant's queue, for `holdMs` after its last call; so the order of a tenant's writes is known in one place.
 * Every method rejects with `STORE_UNAVAILABLE` when the queue cannot answer; then nothing is known of the outcome.
 */
export interface DurableQueue {
  /** Durable once it resolves with `queued`: what that is worth is said by where the queue lives. */
  append(tenant: TenantId, id: EntryId, payload: Buffer, bounds: QueueBounds): Promise<AppendAnswer>;
  /**
   * The writer's cache shows the item. False where one of the same entry was appended after it, or may have been: then
   * the cached value must not stand.
   */
  confirm(tenant: TenantId, id: EntryId, sequence: number): Promise<boolean>;
  /** The payload appended last of each entry that has one waiting, in the order of `ids`. */
  newest(tenant: TenantId, ids: readonly EntryId[]): Promise<(Buffer | undefined)[]>;

  /**
   * Takes or keeps the tenant's queue, and hands out what it has not handed to this holder yet, in order; with `anew`
   * all from the first, items that a dead consumer had among them.
   */
  take(tenant: TenantId, options: { readonly anew: boolean; readonly max: number }): Promise<TakeAnswer>;
  /** Counts an attempt, also where its consumer does not live to end it. */
  begin(tenant: TenantId, sequence: number): Promise<BeginAnswer>;
  /** Uncounts an attempt that was broken off by no fault of the item. */
  putBack(tenant: TenantId, sequence: number): Promise<void>;
  /**
   * The item is persisted. Harmless a second time, and by a consumer that lost the queue. False, and nothing done,
   * where its writer has not confirmed it: it may have died before its cache followed, so an older value may be cached.
   * `regardless` is for who has dropped that.
   */
  done(tenant: TenantId, sequence: number, regardless: boolean): Promise<boolean>;
  /** Moves the item to the dead letters; false where the queue is lost. */
  bury(tenant: TenantId, sequence: number, attempts: number, reason: string): Promise<boolean>;
  /** Gives the queue up; with `ifEmpty` only where nothing waits; of an empty queue nothing is left after a minute. */
  release(tenant: TenantId, ifEmpty: boolean): Promise<boolean>;

  /** Tenants that may have something waiting, whoever appended it. */
  tenants(): Promise<TenantId[]>;
  size(tenant: TenantId): Promise<QueueSize>;
  /** Dead letters with a sequence above `after`, in order. */
  deadLetters(tenant: TenantId, after: number, max: number): Promise<DeadItem[]>;
  deadPayload(tenant: TenantId, sequence: number): Promise<Buffer | undefined>;
  /** Appends dead letters again, each as the newest write of its entry; those that were there. */
  replay(tenant: TenantId, sequences: readonly number[]): Promise<EntryId[]>;
  /** How many were there. */
  discard(tenant: TenantId, sequences: readonly number[]): Promise<number>;
}

/** What an item is charged beside its entry id and payload. */
export const ITEM_OVERHEAD_BYTES = 128;
