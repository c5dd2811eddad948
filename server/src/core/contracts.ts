import type { CacheEvent } from './events.js';
import type { Limits } from './quota.js';
import type { EntryId } from './resource.js';
import type { TenantId } from './tenant-id.js';
import type { UsagePart } from './usage-part.js';

/** What a writer hands to a store. `ttlMs` ends the entry's freshness, `ttlMs + graceMs` its life. */
export interface EntryBody {
  readonly payload: Buffer;
  readonly ttlMs: number;
  readonly graceMs: number;
}

/** What a store hands back. Times are milliseconds since 1970 by the store's clock; `sequence` grows with each write. */
export interface StoredEntry {
  readonly payload: Buffer;
  readonly sequence: number;
  readonly createdAtMs: number;
  readonly ttlMs: number;
}

export type WriteStatus = 'stored' | 'too-large' | 'full';

/** The honest result of one write. Bytes count key, value and bookkeeping of all the tenant's live entries. */
export interface WriteOutcome {
  readonly status: WriteStatus;
  readonly sizeBytes: number;
  readonly sequence: number;
  readonly evictedEntries: number;
  readonly evictedBytes: number;
  /** What `hard` would have done where the enforcement is `observe`: counted, not done. */
  readonly wouldEvictBytes: number;
  readonly wouldReject: boolean;
  readonly usedBytes: number;
  readonly entries: number;
}

export interface StoreUsage {
  readonly usedBytes: number;
  readonly entries: number;
}

/** What a change of limits would evict. `exact` is false where the store looked at its first 1,000 candidates only. */
export interface EvictionPreview extends StoreUsage {
  readonly evictBytes: number;
  readonly evictEntries: number;
  readonly exact: boolean;
}

/** One bounded round of settling: what expired, what a clear left behind, what is above the limit in force. */
export interface SettleOutcome extends StoreUsage {
  readonly expiredEntries: number;
  readonly evictedEntries: number;
  readonly evictedBytes: number;
  /** True where the bound of one round was reached and another is due. */
  readonly more: boolean;
}

/** A value in this process's memory, by reference, with the bytes of its encoded form. */
export interface LocalEntry {
  readonly value: unknown;
  readonly bytes: number;
}

/** Memory of this process. Synchronous, never throws. */
export interface LocalStore {
  get(tenant: TenantId, id: EntryId): LocalEntry | undefined;
  set(tenant: TenantId, id: EntryId, entry: LocalEntry, ttlMs: number): void;
  delete(tenant: TenantId, id: EntryId): void;
  clear(tenant: TenantId): void;
  clearAll(): void;
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
  dropTenant(tenant: TenantId): void;
}

/** Turns values into bytes and back. `decode` throws on anything it did not write. */
export interface Codec {
  encode(value: unknown): Buffer;
  decode(payload: Buffer): unknown;
}

/**
 * L2: the one store that all processes share, which alone counts bytes and evicts.
 * Every method rejects with `STORE_UNAVAILABLE` when it cannot answer in time; then nothing is known of the outcome.
 */
export interface SharedStore {
  get(tenant: TenantId, id: EntryId): Promise<StoredEntry | undefined>;
  /** Same order as `ids`; one round trip. */
  getMany(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined)[]>;
  write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits): Promise<WriteOutcome>;
  /** Whether there was a live entry. */
  delete(tenant: TenantId, id: EntryId): Promise<boolean>;
  /** Every entry written before is invisible once this resolves, in O(1); its bytes come back in bounded steps. */
  clear(tenant: TenantId): Promise<void>;
  /** Marks an entry as just used; coalesced, never awaited, may be lost. */
  touch(tenant: TenantId, id: EntryId): void;
  /** One bounded round, exact where `more` is false. */
  settle(tenant: TenantId, limits: Limits): Promise<SettleOutcome>;
  preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview>;
  /** Resolves when the store can serve; rejects with what to change where it must not be used. */
  ready(): Promise<void>;
  /** Liveness as seen by the last calls, for `/readyz` and metrics. */
  state(): 'up' | 'down';
  close(): Promise<void>;
}

/** What one process tells the others about a tenant. `origin` names the sender, which ignores its own messages. */
export type BusMessage =
  | { readonly type: 'entries'; readonly tenant: TenantId; readonly origin: string; readonly ids: readonly EntryId[] }
  | { readonly type: 'clear'; readonly tenant: TenantId; readonly origin: string; readonly sequence: number }
  | { readonly type: 'settings'; readonly tenant: TenantId; readonly origin: string };

/** Messages about entries are published by the store's own scripts; only settings are published by hand. */
export interface InvalidationBus {
  /** Hears of this tenant from now on; resolves when the subscription stands. */
  follow(tenant: TenantId): Promise<void>;
  unfollow(tenant: TenantId): void;
  publishSettings(tenant: TenantId): Promise<void>;
  onMessage(listener: (message: BusMessage) => void): void;
  /** `up` only while nothing can be missed. */
  onState(listener: (state: 'up' | 'down') => void): void;
  state(): 'up' | 'down';
  close(): Promise<void>;
}

/** Where counters rest. Parts are cumulative, so merging one twice changes nothing. */
export interface UsageSink {
  merge(parts: readonly UsagePart[]): Promise<void>;
  close(): Promise<void>;
}

/** Structured log in pino's shape: an object of fields, then a message. Fields never hold keys, tokens or values. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const NOOP_LOGGER: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export type Emit = (event: CacheEvent) => void;
