import type { EntryId, Resource } from './resource.js';
import type { TenantId } from './tenant-id.js';
import type { TtlMode } from './ttl-options.js';

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

/** Which resources are in which category, and what is configured for it. */
export interface TtlCategories {
  /** As this process last stored it, else by the option `ttlPolicy.resources`; undefined: it has none that is known here. */
  categoryOf(resource: string): string | undefined;
  /** Of the tenant where it has a rule of its own; of a mode that moves, where it begins. */
  ruleOf(category: string, tenant?: TenantId): { readonly ttlMs: number; readonly mode: TtlMode } | undefined;
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
