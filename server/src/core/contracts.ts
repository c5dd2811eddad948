import type { CacheEvent } from './events.js';
import type { Limits } from './quota.js';
import type { ReplicaWait } from './replica-wait.js';
import type { EntryId } from './resource.js';
import type { Scope } from './scope.js';
import type { EvictionPreview, SettleOutcome, WriteOutcome } from './store-outcomes.js';
import type { TenantId } from './tenant-id.js';

/** What a writer hands to a store. `ttlMs` ends the entry's freshness, `ttlMs + graceMs` its life. */
export interface EntryBody {
  readonly payload: Buffer;
  readonly ttlMs: number;
  readonly graceMs: number;
  /** As `tagList` returns them. */
  readonly tags?: readonly string[] | undefined;
  /** What the load took, where early refresh will want to know. */
  readonly loadMs?: number | undefined;
  /** Under `hybrid`: 0 (default) to 3; each step weighs as much as being asked for twice as often. */
  readonly priority?: number | undefined;
  /** Answered only once so many replicas of the store have the entry, or the time is over. */
  readonly waitFor?: ReplicaWait | undefined;
  /** The payload is a ciphertext. */
  readonly sealed?: boolean | undefined;
}

/** What a store hands back. Times are milliseconds since 1970 by the store's clock; `sequence` grows with each write. */
export interface StoredEntry extends EntryBody {
  readonly sequence: number;
  readonly createdAtMs: number;
}

/**
 * The right to store what a load brings. Any invalidation that covers the entry, any write of it and the end of its
 * time void it (after the leases of Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013).
 */
export interface Lease {
  /** 128 random bits, so that nobody else can release or use it. */
  readonly token: string;
  /** Counted when the lease was granted; the entry stored under it gets this sequence. */
  readonly sequence: number;
}

export type LeaseAnswer =
  | { readonly kind: 'granted'; readonly lease: Lease }
  /** The entry is no longer the one that the asker saw: read it again. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'held'; readonly remainingMs: number };

export interface LeaseRequest {
  /** Sequence of the visible entry that the asker read before, 0 where it read none; another answers `changed`. */
  readonly seenSequence: number;
  /** After this time without `renew` the lease is void: what a dead holder costs the others. */
  readonly ttlMs: number;
  /** Takes the lease from whoever holds it, whatever is stored: what an explicit write does that needs a sequence. */
  readonly seize?: boolean;
}

/** Entries drawn at random. `unnamed` counts those stored under a hash of their key, which cannot be turned back. */
export interface EntrySample {
  readonly ids: readonly EntryId[];
  readonly unnamed: number;
}

/** Turns values into bytes and back, at once or, for large ones, off the event loop. `decode` throws on anything it did not write. */
export interface Codec {
  encode(value: unknown): Buffer | Promise<Buffer>;
  decode(payload: Buffer): unknown | Promise<unknown>;
  /**
   * Of a payload that `encode` returned: whether it decodes to something else than the value it came from, such as an
   * instance of a class. Then L1 keeps the decoded form, so that both tiers answer alike. Omitted: never.
   */
  differs?(payload: Buffer): boolean;
}

/** What a ciphertext is bound to: moved to another tenant, entry or sequence it does not open. */
export interface SealContext {
  readonly tenant: TenantId;
  readonly id: EntryId;
  readonly sequence: number;
}

/** Encrypts payloads. `open` throws on anything that was altered, moved or sealed with a key it does not have. */
export interface Sealer {
  seal(payload: Buffer, context: SealContext): Buffer;
  open(sealed: Buffer, context: SealContext): Buffer;
}

/**
 * L2: the one store that all processes share, which alone counts bytes and evicts.
 * Every method rejects with `STORE_UNAVAILABLE` when it cannot answer in time; then nothing is known of the outcome.
 */
export interface SharedStore {
  get(tenant: TenantId, id: EntryId): Promise<StoredEntry | undefined>;
  /** Same order as `ids`; one round trip. */
  getMany(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined)[]>;
  /**
   * With a lease the entry takes the lease's sequence, and the lease ends with the write, whatever its status.
   * Without one the entry takes a sequence of its own, and any lease on it is void.
   */
  write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits, lease?: Lease): Promise<WriteOutcome>;
  /** The right to load, or why not; one holder per entry over all processes. */
  lease(tenant: TenantId, id: EntryId, request: LeaseRequest): Promise<LeaseAnswer>;
  /** Whether the lease still stands; then it does for `ttlMs` more. */
  renew(tenant: TenantId, id: EntryId, lease: Lease, ttlMs: number): Promise<boolean>;
  /** Gives the lease up and tells those who wait; a lease that is not one's own is left alone. */
  release(tenant: TenantId, id: EntryId, lease: Lease): Promise<void>;
  /** Whether there was a live entry; any lease on it is void. */
  delete(tenant: TenantId, id: EntryId): Promise<boolean>;
  /** What the scopes cover is invisible once this resolves, in O(scopes), and every lease on it is void; bytes follow. */
  invalidate(tenant: TenantId, scopes: readonly Scope[]): Promise<void>;
  /** Every entry written before is invisible once this resolves, in O(1); its bytes come back in bounded steps. */
  clear(tenant: TenantId): Promise<void>;
  /** Marks an entry as just used; coalesced, never awaited, may be lost. */
  touch(tenant: TenantId, id: EntryId): void;
  /** One bounded round, exact where `more` is false. */
  settle(tenant: TenantId, limits: Limits): Promise<SettleOutcome>;
  preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview>;
  /** Up to `count` entries of a resource, drawn at random in bounded calls; some may be dead already. */
  sample(tenant: TenantId, resource: string, count: number): Promise<EntrySample>;
  /** Resolves when the store can serve; rejects with what to change where it must not be used. */
  ready(): Promise<void>;
  /** Liveness as seen by the last calls: of the node that has the tenant's keys, or of all together. */
  state(tenant?: TenantId): 'up' | 'down';
  close(): Promise<void>;
}

/** What one process tells the others about a tenant. `origin` names the sender, which ignores its own messages. */
export type BusMessage =
  | { readonly type: 'entries'; readonly tenant: TenantId; readonly origin: string; readonly ids: readonly EntryId[] }
  | { readonly type: 'clear'; readonly tenant: TenantId; readonly origin: string; readonly sequence: number }
  | {
      readonly type: 'invalidate';
      readonly tenant: TenantId;
      readonly origin: string;
      readonly scopes: readonly Scope[];
      readonly sequence: number;
    }
  /** Made by the bus itself where a tenant's messages are found to have a hole: anything may have been missed. */
  | { readonly type: 'gap'; readonly tenant: TenantId; readonly origin: string }
  | { readonly type: 'settings'; readonly tenant: TenantId; readonly origin: string };

/**
 * Messages about entries are published by the store's own scripts; only changes of settings are announced by hand. Those
 * are also kept in a journal that every process reads once a second, so that a message that was lost is noticed.
 */
export interface InvalidationBus {
  /** Hears of this tenant from now on; resolves when the subscription stands. */
  follow(tenant: TenantId): Promise<void>;
  unfollow(tenant: TenantId): void;
  /** The tenant's settings changed, or, without a tenant, what holds for all. */
  publishSettings(tenant?: TenantId): Promise<void>;
  onMessage(listener: (message: BusMessage) => void): void;
  /** What holds for all tenants was changed by another process; `everything`: tenants' settings may have been as well. */
  onFleetChanged(listener: (everything: boolean) => void): void;
  /** `up` only while nothing can be missed; of these tenants, or of all where none are named. */
  onState(listener: (state: 'up' | 'down', tenants?: readonly TenantId[]) => void): void;
  /** Of one tenant's messages, or of all. */
  state(tenant?: TenantId): 'up' | 'down';
  /**
   * All that was published about the tenant before this moment of `performance.now()` has been handed out: what is known to
   * be true of a line that may have gone silent since. `-Infinity` where nothing is known.
   */
  heardUntilMs(tenant: TenantId): number;
  /** Brings `heardUntilMs` up to now, by one question for all who ask meanwhile; without an answer it resolves in 250 ms. */
  hear(tenant: TenantId): Promise<void>;
  /** The tenant may not have been heard of for too long: reads of the store that begin now rest on nothing heard before. */
  doubt(tenant: TenantId): void;
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
