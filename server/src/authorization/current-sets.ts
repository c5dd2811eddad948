import {
  AUTHORIZATION_RESOURCE,
  type PermissionHandle,
  type PermissionLoadContext,
  type PermissionSet,
} from '../core/authorization.js';
import { type ErrorCode, type ErrorDetail, fail, TenantCacheError } from '../core/errors.js';
import { defineResource, type EntryId, entryId, type Resource } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import type { AuthorizationSettings } from './authorization-options.js';
import { KnownSets } from './known-sets.js';
import { type OpenRead, OpenReads } from './open-reads.js';
import { PermissionSnapshot, type StoredSet, storedSet } from './permission-snapshot.js';
import { tagsOf } from './permission-tags.js';

/** What is promised is 1 s: the rest is for the way of an answer, and for a process that gets no processor. */
const TRUST_MS = 750;
const UNKNOWN_USER_TTL_MS = 30_000;
const ERROR_TTL_MS = 250;
/** Whatever the cache's own defaults are: a set is true for as long as `ttl` says, and no longer. */
const NOTHING_STALE = { grace: 0, staleWhileRevalidate: 0, beta: 0, ttlJitter: 0 };
const MAX_ATTEMPTS = 5;
const MAX_QUESTIONS = 3;
/** The first may have been stored where the second look finds it, confirmed; what is loaded again is not. */
const MAX_SLOW_LOADS = 2;
const NOBODY: PermissionSet = { roles: [], teams: [], permissions: [] };
/** What is wrong with the call and not with the ways to a set. */
const PASSED_ON: readonly ErrorCode[] = ['TENANT_INVALID', 'TENANT_NOT_FOUND', 'TENANT_SUSPENDED', 'CACHE_CLOSED'];

/** What tells whether something that is in memory is still true. */
export interface Coherence {
  /**
   * What this process's memory has of an entry of `AUTHORIZATION_RESOURCE` and is still fresh; counted as a hit.
   * @throws TenantCacheError `TENANT_SUSPENDED`, `CACHE_CLOSED`
   */
  fresh(tenant: TenantId, userId: string): unknown;
  /** As `InvalidationBus.heardUntilMs`. */
  heardUntilMs(tenant: TenantId): number;
  /** As `InvalidationBus.hear`. */
  hear(tenant: TenantId): Promise<void>;
  /** An answer about the entry that is asked for from now on rests on nothing that this process knows already. */
  doubt(tenant: TenantId, id: EntryId): void;
}

interface Load {
  readonly beganMs: number;
  readonly endedMs: number;
}

/**
 * Sets that are known to have been true less than a second ago: out of memory while the bus was heard within that time,
 * else read from the shared store or loaded within it; and nothing was heard since that takes them back.
 */
export class CurrentSets {
  readonly #settings: AuthorizationSettings;
  readonly #coherence: Coherence;
  readonly #resource: Resource<StoredSet>;
  readonly #reads = new OpenReads();
  readonly #known: KnownSets;
  readonly #loads = new WeakMap<object, Load>();
  readonly #snapshots = new WeakMap<object, PermissionSnapshot>();

  constructor(settings: AuthorizationSettings, coherence: Coherence) {
    this.#settings = settings;
    this.#coherence = coherence;
    this.#resource = defineResource(AUTHORIZATION_RESOURCE, {
      ...NOTHING_STALE,
      hardTimeout: settings.timeoutMs,
      errorTtl: ERROR_TTL_MS,
    });
    this.#known = new KnownSets(AUTHORIZATION_RESOURCE, Math.max(settings.graceMs, TRUST_MS));
  }

  /** This process invalidated something, or heard that another did; all of the tenant where no scopes are given. */
  invalidated(tenant: TenantId, scopes?: readonly Scope[]): void {
    this.#reads.hear(tenant, scopes);
    this.#known.revoke(tenant, scopes);
  }

  /** What was said about these tenants, or about all, may have been missed. */
  broken(tenants?: readonly TenantId[]): void {
    this.#reads.break(tenants);
  }

  /** It is heard again, but not what was said meanwhile: what was known before stands in for nothing any more. */
  mended(tenants?: readonly TenantId[]): void {
    this.#known.forget(tenants);
  }

  /** The set that memory can answer with at once. @throws as `Coherence.fresh` */
  atHand({ tenantId }: PermissionHandle, userId: string, maxAgeMs: number): PermissionSnapshot | undefined {
    const heardMs = this.#coherence.heardUntilMs(tenantId);
    if (heardMs < performance.now() - TRUST_MS) return undefined;
    const value = this.#coherence.fresh(tenantId, userId);
    const snapshot = typeof value === 'object' && value !== null ? this.#snapshots.get(value) : undefined;
    if (snapshot === undefined) return undefined;
    if (maxAgeMs !== Number.POSITIVE_INFINITY && !isYoung(snapshot, maxAgeMs, Date.now())) return undefined;
    if (this.#settings.graceMs > 0) this.#known.put(tenantId, userId, { snapshot, readAtMs: heardMs });
    return snapshot;
  }

  /**
   * @param maxAgeMs how long before this call its load may have begun, so that one that begins now is young enough
   * @throws TenantCacheError `AUTHORIZATION_UNAVAILABLE`, and `PASSED_ON` of the handle
   */
  async of(handle: PermissionHandle, userId: string, maxAgeMs: number): Promise<PermissionSnapshot> {
    const { tenantId } = handle;
    const id = entryId(AUTHORIZATION_RESOURCE, userId);
    const askedMs = performance.now();
    const askedAtMs = Date.now();
    let isAudible = this.#isHeard(tenantId);
    if (!isAudible) {
      const known = this.#knownSince(askedMs - TRUST_MS, tenantId, userId);
      if (known && isYoung(known, maxAgeMs, askedAtMs)) return known;
      isAudible = await this.#listen(tenantId);
      const snapshot = isAudible ? this.atHand(handle, userId, maxAgeMs) : undefined;
      if (snapshot) return snapshot;
    }
    let distrusted: 'no' | 'memory' | 'store' = 'no';
    let slowLoads = 0;
    let failure = UNSETTLED;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const beganMs = performance.now();
      if (attempt > 0 && beganMs - askedMs > this.#settings.timeoutMs) break;
      const heardMs = this.#coherence.heardUntilMs(tenantId);
      const isHeard = heardMs >= beganMs - TRUST_MS;
      if (!isHeard && distrusted === 'no') {
        const known = this.#knownSince(beganMs - TRUST_MS, tenantId, userId);
        if (known && isYoung(known, maxAgeMs, askedAtMs)) return known;
      }
      if (!isHeard || distrusted !== 'no') this.#coherence.doubt(tenantId, id);
      if (distrusted === 'store') await handle.delete(this.#resource, userId);
      const read = this.#reads.open(tenantId, id, heardMs > Number.NEGATIVE_INFINITY);
      try {
        const value = await handle.getOrSet(this.#resource, userId, (context) => this.#load(userId, context));
        const snapshot = this.#snapshot(userId, value);
        if (snapshot === undefined) distrusted = 'store';
        if (isAudible && read.unbroken) isAudible = await this.#listen(tenantId);
        if (snapshot === undefined || read.revoked(snapshot.tags)) continue;
        const load = this.#loads.get(value);
        // What this process loaded before the call comes out of its memory, which is as true as the bus says.
        const isLoaded = load !== undefined && load.endedMs >= beganMs;
        const readAtMs = isLoaded ? load.beganMs : isHeard ? Math.min(heardMs, beganMs) : beganMs;
        this.#known.put(tenantId, userId, { snapshot, readAtMs });
        if (!isYoung(snapshot, maxAgeMs, askedAtMs)) distrusted = distrusted === 'no' ? 'memory' : 'store';
        else if (this.#isCurrent(read, readAtMs)) return snapshot;
        else if (isLoaded && load.endedMs - load.beganMs >= TRUST_MS && !this.#isHeard(tenantId)) {
          failure = tooSlow(load);
          if (++slowLoads === MAX_SLOW_LOADS) break;
        }
      } catch (error) {
        if (error instanceof TenantCacheError && PASSED_ON.includes(error.code)) throw error;
        failure = { given: 'a load that failed', todo: 'see the cause, and what onUnavailable offers', cause: error };
        break;
      } finally {
        this.#reads.close(read);
      }
    }
    return this.#lastKnown(tenantId, userId, failure);
  }

  /**
   * Whether the tenant was heard of lately, asking where it was not. A process whose turns take as long as sets may be old
   * hears too late what it was told in time: one question for all who wait makes memory true again, where a read of the
   * store for each of them would make the turns longer still.
   */
  async #listen(tenant: TenantId): Promise<boolean> {
    for (let times = 0; times < MAX_QUESTIONS && !this.#isHeard(tenant); times++) {
      const beforeMs = this.#coherence.heardUntilMs(tenant);
      if (beforeMs === Number.NEGATIVE_INFINITY) return false;
      await this.#coherence.hear(tenant);
      if (this.#coherence.heardUntilMs(tenant) === beforeMs) return false;
    }
    return this.#isHeard(tenant);
  }

  #isCurrent(read: OpenRead, readAtMs: number): boolean {
    return readAtMs >= performance.now() - TRUST_MS || (read.unbroken && this.#isHeard(read.tenant));
  }

  #isHeard(tenant: TenantId): boolean {
    return this.#coherence.heardUntilMs(tenant) >= performance.now() - TRUST_MS;
  }

  #knownSince(fromMs: number, tenant: TenantId, userId: string): PermissionSnapshot | undefined {
    const known = this.#known.get(tenant, userId);
    return known && known.readAtMs >= fromMs ? known.snapshot : undefined;
  }

  #lastKnown(tenant: TenantId, userId: string, failure: ErrorDetail): PermissionSnapshot {
    const { graceMs } = this.#settings;
    const known = graceMs > 0 ? this.#knownSince(performance.now() - graceMs, tenant, userId) : undefined;
    if (known) return known;
    throw fail('AUTHORIZATION_UNAVAILABLE', failure);
  }

  async #load(userId: string, { tenantId, signal, setTtl, setTags }: PermissionLoadContext): Promise<StoredSet> {
    const beganMs = performance.now();
    const atMs = Date.now();
    const stored = storedSet(atMs, await this.#settings.load({ tenantId, userId, signal }));
    setTags(tagsOf(userId, stored.set ?? NOBODY));
    const ttlMs = this.#settings.ttlMs(stored.set ?? NOBODY);
    setTtl(stored.set === null ? Math.min(ttlMs, UNKNOWN_USER_TTL_MS) : ttlMs);
    this.#loads.set(stored, { beganMs, endedMs: performance.now() });
    return stored;
  }

  /** Undefined for what no load of ours can have stored. */
  #snapshot(userId: string, stored: StoredSet): PermissionSnapshot | undefined {
    const made = this.#snapshots.get(stored);
    if (made) return made;
    try {
      const snapshot = new PermissionSnapshot(userId, stored);
      this.#snapshots.set(stored, snapshot);
      return snapshot;
    } catch {
      return undefined;
    }
  }
}

const UNSETTLED: ErrorDetail = {
  given: 'no set that stood still long enough to be answered',
  todo: 'see what onUnavailable offers',
};

/** What was revoked while it ran, nobody here has heard: the promise ends before it does. */
function tooSlow({ beganMs, endedMs }: Load): ErrorDetail {
  return {
    given: `a load of ${Math.round(endedMs - beganMs)} ms while no revocation can be heard`,
    allowed: `less than ${TRUST_MS} ms`,
    todo: 'have load answer sooner, or see what onUnavailable offers',
  };
}

/** Its age when it was asked for: what was loaded since then is as young as anything can be. */
function isYoung({ atMs }: PermissionSnapshot, maxAgeMs: number, askedAtMs: number): boolean {
  return askedAtMs - atMs <= maxAgeMs;
}
