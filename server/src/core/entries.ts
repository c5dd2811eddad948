import type { TenantId } from './tenant-id.js';

/** An entry as a list shows it. Times are milliseconds since 1970 by the store's clock. */
export interface ListedEntry {
  readonly resource: string;
  readonly key: string;
  /** As counted: key, stored value and bookkeeping. */
  readonly sizeBytes: number;
  readonly createdAtMs: number;
  readonly freshUntilMs: number;
  /** The end of its grace; the same as `freshUntilMs` where it has none. */
  readonly expiresAtMs: number;
}

export interface BrowseOptions {
  readonly resource?: string | undefined;
  /** What the keys begin with; only with a resource. */
  readonly prefix?: string | undefined;
  /** `next` of the page before, as it was. */
  readonly cursor?: string | undefined;
  /** A page has so many at most, and fewer, even none, where what is asked for is rare. 1 to 1,000. */
  readonly count: number;
}

/** One page of a walk over a tenant's entries, in no order. What lives through the whole walk is listed at least once. */
export interface EntryPage {
  readonly items: readonly ListedEntry[];
  /** Entries looked at that are stored under a hash of their key, which cannot be turned back; of the resource asked for. */
  readonly unnamed: number;
  /** Entries looked at for this page. */
  readonly looked: number;
  /** Undefined: this was the last page. */
  readonly next: string | undefined;
  /** The store's clock. */
  readonly asOfMs: number;
}

/** What is known of one entry without its value. */
export interface EntryDescription extends ListedEntry {
  /** By this process's clock, like the entry's freshness. */
  readonly ageMs: number;
  readonly state: 'fresh' | 'grace';
  readonly tags: readonly string[];
  /** Of the store; grows with each write of the tenant. */
  readonly sequence: number;
  /** What loading it took, where that is kept for early refresh. */
  readonly loadMs: number | undefined;
  /** 0 to 3, for the policy `hybrid`. */
  readonly priority: number;
  /** The stored value, compressed and sealed as it is. */
  readonly payloadBytes: number;
  /** The encoded value before compression; undefined where the entry cannot be opened. */
  readonly valueBytes: number | undefined;
  readonly sealed: boolean;
  readonly compression: 'none' | 'deflate' | 'brotli' | undefined;
  /** Why a reader would take it for a miss; undefined where it would not. */
  readonly unreadable: string | undefined;
}

/** A value as JSON shows it, or why it does not. */
export type ShownValue =
  | { readonly shown: true; readonly json: unknown; readonly bytes: number }
  | { readonly shown: false; readonly why: 'too-large' | 'not-json' | 'unreadable' };

export interface EntryValue {
  readonly entry: EntryDescription;
  readonly value: ShownValue;
}

/** What an invalidation names; the whole tenant is a clear. */
export type InvalidationTarget =
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'resource'; readonly resource: string }
  | { readonly kind: 'prefix'; readonly resource: string; readonly prefix: string }
  | { readonly kind: 'keys'; readonly resource: string; readonly keys: readonly string[] };

export interface InvalidationReport {
  /** Entries that were there; undefined where invalidating does not count them. */
  readonly deleted: number | undefined;
  /** The shared store did not answer: this process remembers it and says so as soon as it does. */
  readonly pending: boolean;
}

/** How admins, and tenants themselves, reach single entries. Reads reject with `STORE_UNAVAILABLE` and change nothing. */
export interface EntryAccess {
  /** @throws TenantCacheError `REQUEST_INVALID` for a cursor that is none */
  browse(tenant: TenantId, options: BrowseOptions): Promise<EntryPage>;
  /** Undefined where a reader would see none. @throws TenantCacheError `RESOURCE_INVALID`, `KEY_INVALID` */
  describe(tenant: TenantId, resource: string, key: string): Promise<EntryDescription | undefined>;
  /** @param maxBytes of the value as JSON */
  value(tenant: TenantId, resource: string, key: string, maxBytes: number): Promise<EntryValue | undefined>;
  /** All processes forget what it names. @throws TenantCacheError `RESOURCE_INVALID`, `KEY_INVALID`, `TAG_INVALID` */
  invalidate(tenant: TenantId, target: InvalidationTarget): Promise<InvalidationReport>;
}
