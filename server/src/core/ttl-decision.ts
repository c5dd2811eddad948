import type { EntryId, Resource } from './resource.js';
import type { TenantId } from './tenant-id.js';

/** What is known when a value is about to be stored. */
export interface TtlRequest {
  readonly tenant: TenantId;
  readonly resource: string;
  readonly id: EntryId;
  readonly value: unknown;
  /** The encoded value, before compression is told apart: equal values have equal bytes. */
  readonly payload: Buffer;
  /** What the call, the resource or the cache says, in that order. */
  readonly ttlMs: number;
  /** Whether the call itself said it; a policy leaves that alone. */
  readonly explicit: boolean;
  readonly category: string | undefined;
}

export interface TtlDecision {
  readonly ttlMs: number;
  /** One sentence that an operator can read. */
  readonly reason: string;
}

/** One store of an entry whose time moves. */
export interface TtlStep {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Relative change of its numbers (dynamic), or 1 where the value was another and 0 where it was not (adaptive). */
  readonly change: number;
  readonly ttlMs: number;
}

export interface TtlExplanation extends TtlDecision {
  /** The last 8 stores in this process, oldest first; empty where the time does not move. */
  readonly history: readonly TtlStep[];
}

/** Decides how long a value is fresh. */
export interface TtlPolicy {
  /** Synchronous, never throws. */
  decide(request: TtlRequest): TtlDecision;
  /** Tells that an entry was asked for: at each hit in L2 and each load. Never throws. */
  noteAccess(tenant: TenantId, id: EntryId): void;
  /** @throws TenantCacheError `OPTION_INVALID` for a category that the configuration does not name */
  assertCategory(category: string): void;
  /**
   * What the next store would get that says nothing itself, and why.
   * @throws TenantCacheError `RESOURCE_INVALID`, `KEY_INVALID`
   */
  explain(tenant: TenantId, resource: string | Resource<unknown>, key: string): TtlExplanation;
}
