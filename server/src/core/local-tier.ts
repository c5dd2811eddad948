import type { L1Policy } from './l1-options.js';
import type { EntryId } from './resource.js';
import type { Scope } from './scope.js';
import type { TenantId } from './tenant-id.js';

/** A value in this process's memory, by reference, with the bytes of its encoded form. */
export interface LocalEntry {
  readonly value: unknown;
  readonly bytes: number;
  /** Milliseconds since 1970; from then on the value is stale, to be served only in its grace. */
  readonly freshUntilMs: number;
  readonly tags?: readonly string[] | undefined;
  readonly loadMs?: number | undefined;
}

/** One tenant's part of L1, for a handle that looks it up once; good until the store releases the tenant. */
export interface LocalPartition {
  /** By names as the caller has them: those off the grammar are not there. `nowMs` is what `Date.now()` says. */
  get(resource: string, key: string, nowMs: number): LocalEntry | undefined;
}

/** Memory of this process. Synchronous, never throws. */
export interface LocalStore {
  /** Kept until the tenant is released, so only for tenants that exist. `policy` and `limitBytes` hold from now on. */
  partition(tenant: TenantId, policy?: L1Policy, limitBytes?: number): LocalPartition;
  get(tenant: TenantId, id: EntryId): LocalEntry | undefined;
  set(tenant: TenantId, id: EntryId, entry: LocalEntry, ttlMs: number): void;
  delete(tenant: TenantId, id: EntryId): void;
  /** Drops every entry of the tenant that one of the scopes covers. */
  invalidate(tenant: TenantId, scopes: readonly Scope[]): void;
  clear(tenant: TenantId): void;
  /** Holds nothing of the tenant any more, until its partition is asked for again. */
  release(tenant: TenantId): void;
  clearAll(): void;
  /** Holds at most this many bytes until it may `grow`; the tenants furthest above their share give first. */
  shrink(toBytes: number): void;
  /** May hold this many bytes again, but never more than its options say. */
  grow(toBytes: number): void;
  /** Gives the memory of expired entries back. */
  purgeExpired(): void;
  bytes(): number;
  tenants(): number;
}

/** A read or write under way: what it brings may enter L1 only while `clean`. */
export interface PendingMark {
  readonly tenant: TenantId;
  readonly id: EntryId;
  readonly clean: boolean;
}

/** L1 with its coherence: nothing enters it that another process, or this one, invalidated in the meantime. */
export interface LocalTier {
  partition(tenant: TenantId, policy?: L1Policy, limitBytes?: number): LocalPartition;
  get(tenant: TenantId, id: EntryId): LocalEntry | undefined;
  /** Hears of the tenant's invalidations from now on; resolves within the deadline of a shared call in any case. */
  follow(tenant: TenantId): Promise<void>;
  /** Opens a mark before the shared store is asked; every mark is given back to `settle`. */
  begin(tenant: TenantId, id: EntryId): PendingMark;
  /** Closes the mark and, if it is clean and L1 is coherent at present, keeps the entry. */
  settle(mark: PendingMark, entry?: LocalEntry, ttlMs?: number): void;
  /** The same after a write: spoils the other marks on the entry, and drops the entry where this mark is spoiled. */
  replace(mark: PendingMark, entry: LocalEntry | undefined, ttlMs: number): void;
  /** Drops an entry and spoils every open mark on it. */
  drop(tenant: TenantId, id: EntryId): void;
  /** Drops what the scopes cover and spoils every open mark that they might. */
  dropScopes(tenant: TenantId, scopes: readonly Scope[]): void;
  dropTenant(tenant: TenantId): void;
  /** The same of a tenant that leaves the process. */
  release(tenant: TenantId): void;
}
