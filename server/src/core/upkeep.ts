import type { BrowseOptions, EntryPage } from './entries.js';
import type { StoreHealth } from './store-health.js';
import type { TenantId } from './tenant-id.js';

/** What a reconcile gave back. Each entry is told once, by one call. */
export interface GoneEntries {
  /** Indexed and not there: the server evicted or lost them. */
  readonly ghosts: number;
  readonly ghostBytes: number;
  /** Found to have expired. */
  readonly expiredEntries: number;
}

/** One bounded step of a reconcile. Orphans are there and not indexed. */
export interface ReconcileStep extends GoneEntries {
  /** What the next step goes on from; undefined: this was the last. */
  readonly cursor: string | undefined;
  readonly looked: number;
  readonly orphans: number;
  /** Entries that one index lacked or had the wrong size of, put right. */
  readonly repaired: number;
  /** What was counted minus what is indexed, where this step could compare the two: it put it right. */
  readonly driftBytes: number;
  /** Whether this step compared the two; a tenant of many entries that is written to all the time may never be. */
  readonly compared: boolean;
}

/** What a whole reconcile of a tenant came to. */
export interface ReconcileReport extends Omit<ReconcileStep, 'cursor'> {
  readonly tenantId: TenantId;
  readonly steps: number;
  readonly durationMs: number;
}

/** Where a tenant's keys are. */
export interface Placement {
  /** 0 to 16,383; undefined where the store is no cluster. */
  readonly slot: number | undefined;
  /** `host:port` of the node that serves the slot. */
  readonly node: string;
  readonly usedBytes: number;
  readonly entries: number;
}

/** One node that serves slots, as it describes itself. */
export interface StoreNode {
  /** `host:port` */
  readonly node: string;
  readonly state: 'up' | 'down';
  /** Undefined where it does not answer. */
  readonly replicas: number | undefined;
  /** Ranges of slots, both ends included; empty where the store is no cluster. */
  readonly slots: readonly (readonly [number, number])[];
  /** `used_memory` of the server; undefined where it does not answer. */
  readonly memoryBytes: number | undefined;
  /** `maxmemory`; 0: none. */
  readonly memoryLimitBytes: number | undefined;
  /** Keys that the server itself evicted since it started (`evicted_keys`). */
  readonly serverEvictions: number | undefined;
  /** Tenants on the roll that are kept there. Undefined, as their sum is, where that could not be counted to its end. */
  readonly tenants: number | undefined;
  /** Sum of what is counted for them. */
  readonly usedBytes: number | undefined;
}

/** The right to do what one process should do. */
export interface Leadership {
  /**
   * The fence of this process while it leads, undefined while another does. A fence grows with each new leader, so that
   * what a deposed one still sends can be told from what its follower does.
   */
  lead(): Promise<number | undefined>;
  /** Lets another lead at once. */
  resign(): Promise<void>;
}

/** A page of tenants that may hold bytes. */
export interface RollPage {
  readonly tenants: readonly TenantId[];
  /** Undefined: this was the last page. */
  readonly next: string | undefined;
}

/** What was taken away of a tenant. */
export interface ForgottenTenant {
  readonly entries: number;
  readonly bytes: number;
}

/** What looks after the shared store, off the path of requests. Rejects with `STORE_UNAVAILABLE` like the store itself. */
export interface StoreUpkeep {
  /**
   * One bounded step: removes ghosts and orphans of a page, compares what is counted with what is indexed where nothing
   * changed meanwhile, and puts it right. Steps of several at once do no harm, for each looks again. A fence below one
   * that the tenant has seen is refused (`UPKEEP_FENCED`); without one, as on demand, none is asked for or left.
   * @param orphans whether to look for them too, which scans the keyspace of the tenant's node page by page
   */
  reconcile(
    tenant: TenantId,
    options: {
      readonly cursor?: string | undefined;
      readonly fence?: number | undefined;
      readonly orphans: boolean;
    },
  ): Promise<ReconcileStep>;
  /**
   * Takes away all that the store keeps of a tenant, writes that wait for the source among it, in bounded steps: a tenant
   * of the same id begins with nothing, and with a new account. Every process that listens drops what it has of it. For a
   * tenant that nobody writes to; what was removed where it rejects stays so, and the next call goes on.
   */
  forget(tenant: TenantId): Promise<ForgottenTenant>;
  /** Puts tenants on the roll: whoever is on it is visited, also while no process has it in memory. */
  enrol(tenants: readonly TenantId[]): Promise<void>;
  roll(after: string | undefined, count: number): Promise<RollPage>;
  /** Takes a tenant off the roll where nothing of it is stored and nobody has enrolled it for an hour. */
  strike(tenant: TenantId): Promise<boolean>;
  placement(tenant: TenantId): Promise<Placement>;
  /**
   * A page of what a reader would see of a tenant, changing nothing, in a bounded number of bounded steps. What lives
   * from the first page to the last is listed at least once, what is written meanwhile perhaps.
   * @throws TenantCacheError `REQUEST_INVALID` for a cursor that is none
   */
  browse(tenant: TenantId, options: BrowseOptions): Promise<EntryPage>;
  /** Every server asked now; one that does not answer is told as such. */
  health(): Promise<StoreHealth>;
  /** @param options `counted: false` leaves out what would be summed over all tenants. Default true */
  nodes(options?: { readonly counted?: boolean }): Promise<readonly StoreNode[]>;
  /** How many keys each node that serves says that it has evicted by itself since it started (`evicted_keys`). */
  serverEvictions(): Promise<ReadonlyMap<string, number>>;
  /** `host:port` of the tenant's node, as known without asking; undefined while nobody is known to serve it. */
  nodeOf(tenant: TenantId): string | undefined;
  /** Leads by a lease in the store: for where there is no Postgres. */
  leadership(name: string): Leadership;
}
