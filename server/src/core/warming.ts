import type { Page } from './actor.js';
import type { Duration } from './duration.js';
import type { LoadOptions } from './load-options.js';
import type { Resource } from './resource.js';
import type { TenantId } from './tenant-id.js';

/** What came of one target: what was fresh already, or would not fit under a tenant's warning threshold, is skipped. */
export type WarmOutcome =
  | { readonly kind: 'loaded'; readonly bytes: number }
  | { readonly kind: 'fresh' }
  | { readonly kind: 'no-room' };

/** How `entryTarget` loads and keeps an entry; what is left out is the resource's. */
export interface WarmEntryOptions extends LoadOptions {
  /** Added to the resource's. */
  readonly tags?: readonly string[];
  /** What is fresh for no longer than this is loaded again, ahead of its end. Default 0. */
  readonly freshFor?: Duration;
}

/** By which a handle warms an entry of its own; for the ready-made targets, which is why nobody else can name it. */
export const WARM: unique symbol = Symbol('tenantcache.warm');

/** In place of the resource's own. */
export type WarmLoader = (context: {
  readonly signal: AbortSignal;
  setTtl(ttl: Duration): void;
  setGrace(grace: Duration): void;
}) => unknown;

/** A tenant's handle, as `entryTarget` takes it. */
export interface WarmableEntries {
  readonly tenantId: TenantId;
  [WARM](
    resource: Resource<unknown>,
    key: string,
    options: WarmEntryOptions & { readonly load?: WarmLoader },
    signal: AbortSignal,
  ): Promise<WarmOutcome>;
}

/** The platform's handle of a dataset, as `sharedTarget` takes it. */
export interface WarmableDataset {
  readonly dataset: string;
  [WARM](
    group: string,
    kind: string,
    options: Pick<WarmEntryOptions, 'freshFor'>,
    signal: AbortSignal,
  ): Promise<WarmOutcome>;
}

/** One thing to have in the cache before somebody asks for it. */
export interface WarmTarget {
  /** Names it within its run, so that none is warmed twice. */
  readonly id: string;
  /** Rejects where the load fails; the run goes on. */
  warm(signal: AbortSignal): Promise<WarmOutcome>;
}

export interface WarmSourceContext {
  readonly signal: AbortSignal;
  readonly nowMs: number;
}

/** Lists what to warm, the most wanted first. */
export interface WarmSource {
  readonly name: string;
  targets(context: WarmSourceContext): AsyncIterable<WarmTarget> | Iterable<WarmTarget> | Promise<Iterable<WarmTarget>>;
}

/** What is warmed together: at the start of a process, by a schedule, or when somebody asks. */
export interface WarmingJob {
  /** `[a-z][a-z0-9-]{0,63}` */
  readonly name: string;
  readonly sources: readonly WarmSource[];
  /** A cron pattern, UTC (croner); omitted: by no schedule. */
  readonly schedule?: string;
  /** Once the cache is ready, without anybody waiting for it. Default false. */
  readonly atStart?: boolean;
  /** Targets side by side. Default 4, at most 64. */
  readonly concurrency?: number;
  /** Targets begun in a second, but for those that are found fresh. Default 50, at most 10,000. */
  readonly perSecond?: number;
  /** Targets of one run. Default 10,000. */
  readonly maxTargets?: number;
  /** What each source has for its list; one that takes longer is `LOAD_TIMEOUT`. Default `1m`, at most a day. */
  readonly listTimeout?: Duration;
}

export const WARMING_STATES = ['running', 'done', 'cancelled', 'failed'] as const;
/**
 * `failed`: a source could not be listed, or nobody could go on with the run; loads that fail are counted and end nothing.
 */
export type WarmingState = (typeof WARMING_STATES)[number];
export const WARMING_TRIGGERS = ['start', 'schedule', 'demand'] as const;
export type WarmingTrigger = (typeof WARMING_TRIGGERS)[number];

/**
 * One run of a job. `total` is null while its sources are being listed; then it is never below `done + failed + skipped`:
 * what a process that goes on with a run has to load anew is a target more.
 */
export interface WarmingRun {
  /** UUID. */
  readonly id: string;
  readonly job: string;
  readonly trigger: WarmingTrigger;
  /** Who asked for it; null where nobody did. */
  readonly startedBy: string | null;
  readonly state: WarmingState;
  readonly total: number | null;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly bytes: number;
  readonly startedAtMs: number;
  /** Of the last progress: a run that says nothing for 30 s has lost its process, and another goes on with it. */
  readonly updatedAtMs: number;
  readonly endedAtMs: number | null;
  /** How many processes gave up before this one went on. */
  readonly resumed: number;
  readonly cancelRequested: boolean;
  /** Why it failed; else of the first target that did, `UNKNOWN` for errors of the application. Null: nothing failed. */
  readonly code: string | null;
}

/** A run to be begun. */
export interface NewWarmingRun extends Pick<WarmingRun, 'id' | 'job' | 'trigger' | 'startedBy'> {
  /** The time of the schedule that it is for, in milliseconds since 1970: of each there is one run, ended or not. */
  readonly slotMs?: number;
  /** Not where a run of the job began less than this ago, by the store's clock, ended or not. */
  readonly quietMs?: number;
}

export interface WarmingProgress extends Pick<WarmingRun, 'total' | 'done' | 'failed' | 'skipped' | 'bytes'> {}

export interface WarmingQuery {
  readonly job?: string;
  readonly state?: WarmingState;
  readonly page: number;
  readonly pageSize: number;
}

/** Where runs are kept, so that every process sees them and another can go on with one whose process died. */
export interface WarmingRunStore {
  /** @throws TenantCacheError `WARMING_RUNNING` where a run of the job is under way, or `slotMs` or `quietMs` say no */
  begin(run: NewWarmingRun): Promise<WarmingRun>;
  /**
   * Takes over a run whose `updatedAtMs` is older than `silentMs`, by the store's clock; undefined where there is none. Of
   * two that try, one gets it.
   */
  takeOver(job: string, silentMs: number): Promise<WarmingRun | undefined>;
  /** What the runner is to know: undefined where the run is no longer its own (its `resumed` is another). */
  progress(
    id: string,
    resumed: number,
    progress: WarmingProgress,
  ): Promise<{ readonly cancelRequested: boolean } | undefined>;
  end(
    id: string,
    resumed: number,
    state: Exclude<WarmingState, 'running'>,
    progress: WarmingProgress,
    code?: string,
  ): Promise<void>;
  /** False where no such run is under way. */
  requestCancel(id: string): Promise<boolean>;
  get(id: string): Promise<WarmingRun | undefined>;
  /**
   * Ends as failed, with `WARMING_NOT_FOUND`, what is silent for so long that no process defines its job any more; returns
   * how many.
   */
  abandon(silentMs: number): Promise<number>;
  /** Newest first. */
  list(query: WarmingQuery): Promise<Page<WarmingRun>>;
  /** Runs that ended before; returns how many. */
  tidy(beforeMs: number): Promise<number>;
}

/** What the application and the admin API do with warm-ups. */
export interface Warming {
  /** Says what a job warms; every process that can run it says so. @throws TenantCacheError `OPTION_INVALID` */
  define(job: WarmingJob): void;
  /** Names of the jobs that were defined, with their schedules and the next time of each. */
  jobs(): readonly {
    readonly name: string;
    readonly schedule: string | null;
    readonly nextAtMs: number | null;
    readonly atStart: boolean;
  }[];
  /**
   * Begins a run in this process, and does not wait for it.
   * @param startedBy 1 to 200 characters, for whoever looks at the run
   * @throws TenantCacheError `WARMING_NOT_FOUND`, `WARMING_RUNNING`, `CACHE_CLOSED`, `OPTION_INVALID`; where who may begin
   * it cannot be asked, `STORE_UNAVAILABLE` or `DIRECTORY_UNAVAILABLE`
   */
  start(job: string, startedBy?: string): Promise<WarmingRun>;
  /**
   * Resolves once the process that has the run will hear of it, which ends it within about a second.
   * @throws TenantCacheError `WARMING_NOT_FOUND` where no such run is under way
   */
  cancel(id: string): Promise<void>;
  run(id: string): Promise<WarmingRun | undefined>;
  runs(query: WarmingQuery): Promise<Page<WarmingRun>>;
}

/** Symbols that a tenant watches, by the name that it gave the list. */
export interface Watchlist {
  readonly tenantId: TenantId;
  readonly name: string;
  /** Groups of a dataset, such as `binance:BTC/USDT`, in the tenant's order; 500 at most. */
  readonly groups: readonly string[];
  readonly updatedAtMs: number;
}

export interface WatchlistStore {
  list(tenant: TenantId): Promise<readonly Watchlist[]>;
  /** Makes or replaces it. @throws TenantCacheError `WATCHLIST_LIMIT` above 50 lists of a tenant */
  put(tenant: TenantId, name: string, groups: readonly string[]): Promise<Watchlist>;
  remove(tenant: TenantId, name: string): Promise<boolean>;
  /**
   * Groups on the lists of tenants that are not suspended: by how many of them watch each, whichever of its lists it is on;
   * then by the one of them that watches the fewest groups, so that long lists outweigh no short ones; then by name.
   * @param skip of that order, to go on from. Default 0
   */
  mostWatched(max: number, skip?: number): Promise<readonly { readonly group: string; readonly tenants: number }[]>;
}
