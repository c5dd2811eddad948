import type { AccessSampler } from '../core/advice.js';
import { type ResourceCounters, resourceOf, TenantCounters } from '../core/counters.js';
import type { TenantRecord } from '../core/directory.js';
import type { LocalPartition } from '../core/local-tier.js';
import type { Limits } from '../core/quota.js';
import { type EntryId, namesOf } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { Failures } from './failures.js';
import type { FoundEntry } from './freshness.js';
import { Loads } from './loads.js';
import { SingleFlight } from './single-flight.js';
import { Wakes } from './wakes.js';

/** All that this process holds of one tenant, apart from its entries. */
export class TenantRuntime {
  /** Begun anew when the tenant leaves the process: never kept across an await that may last. */
  counters = new TenantCounters();
  readonly loads = new Loads();
  readonly reads = new SingleFlight<EntryId, FoundEntry | undefined>();
  readonly failures: Failures;
  readonly wakes = new Wakes();
  /** What the limits were made of. */
  record: TenantRecord | undefined;
  /** In force; set once the tenant's settings are known, replaced when they change. */
  limits: Limits | undefined;
  suspended = false;
  /** The tenant's part of L1, once its settings are known. */
  local: LocalPartition | undefined;
  /** Watches a sample of its requests, where there is advice to be had from them. */
  sampler: AccessSampler | undefined;
  /** Its settings are being looked up. */
  opening = false;
  /** A call began since the last look for idle tenants. */
  used = false;
  /** When that look first found no call. */
  idleSinceMs: number | undefined;
  /** Its counters are brought to the usage sink. */
  collected = false;
  /** It was known here and left: what still holds it brings it back with its next call. */
  left = false;
  /** Asked for last: most requests of a tenant come in runs of one resource. */
  #lastName = '';
  #lastCounters: ResourceCounters | undefined;

  constructor(readonly tenant: TenantId) {
    this.failures = new Failures(tenant);
  }

  /** Anything under way that what comes next must join, hear of or be counted with. */
  get busy(): boolean {
    return this.opening || this.reads.size > 0 || this.loads.anyUnderway || this.wakes.anyWaiting;
  }

  /** The tenant's counters of one resource. */
  countersOf(resource: string): ResourceCounters {
    if (resource === this.#lastName && this.#lastCounters !== undefined) return this.#lastCounters;
    const counters = resourceOf(this.counters, resource);
    this.#lastName = resource;
    this.#lastCounters = counters;
    return counters;
  }

  /** A read that a value of this process's memory answered. */
  hitL1(resource: string, bytes: number): void {
    const { counters } = this;
    counters.requests++;
    counters.l1Hits++;
    counters.bytesServed += bytes;
    const ofResource = this.countersOf(resource);
    ofResource.requests++;
    ofResource.l1Hits++;
    ofResource.bytesServed += bytes;
  }

  hitL2(resource: string, bytes: number): void {
    const { counters } = this;
    counters.requests++;
    counters.l2Hits++;
    counters.bytesServed += bytes;
    const ofResource = this.countersOf(resource);
    ofResource.requests++;
    ofResource.l2Hits++;
    ofResource.bytesServed += bytes;
  }

  /** A read that no tier answered, whatever came of it: a value, none, or an error. */
  missed(resource: string): void {
    this.counters.requests++;
    this.counters.misses++;
    const ofResource = this.countersOf(resource);
    ofResource.requests++;
    ofResource.misses++;
  }

  /** What was counted so far went elsewhere; gauges stay. */
  countAnew(): TenantCounters {
    const { counters } = this;
    const { usedBytes, entries, quotaBytes, hardLimitBytes, state } = counters;
    this.counters = Object.assign(new TenantCounters(), { usedBytes, entries, quotaBytes, hardLimitBytes, state });
    this.#lastCounters = undefined;
    return counters;
  }

  apply(limits: Limits): void {
    this.limits = limits;
    this.counters.quotaBytes = limits.quotaBytes;
    this.counters.hardLimitBytes = limits.hardLimitBytes;
  }

  /** The entry was written or invalidated, here or elsewhere: nothing under way speaks for it any longer. */
  changed(id: EntryId): void {
    this.loads.void(id);
    this.reads.forget(id);
    this.failures.forget(id);
    this.wakes.wake(id);
    if (this.sampler) this.sampler.changedElsewhere(...namesOf(id));
  }

  changedScopes(scopes: readonly Scope[]): void {
    this.loads.voidScopes(scopes);
    if (this.sampler) for (const scope of scopes) this.sampler.invalidated(scope);
    this.reads.forgetAll();
    this.failures.forgetAll();
    this.wakes.wakeAll();
  }

  changedAll(): void {
    this.loads.voidAll();
    this.reads.forgetAll();
    this.failures.forgetAll();
    this.wakes.wakeAll();
  }
}
