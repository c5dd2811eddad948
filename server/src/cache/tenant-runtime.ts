import { TenantCounters } from '../core/counters.js';
import type { TenantRecord } from '../core/directory.js';
import type { LocalPartition } from '../core/local-tier.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { Failures } from './failures.js';
import type { FoundEntry } from './freshness.js';
import { Loads } from './loads.js';
import { SingleFlight } from './single-flight.js';
import { Wakes } from './wakes.js';

/** All that this process holds of one tenant, apart from its entries. */
export class TenantRuntime {
  readonly counters = new TenantCounters();
  readonly loads = new Loads();
  readonly reads = new SingleFlight<EntryId, FoundEntry | undefined>();
  readonly failures = new Failures();
  readonly wakes = new Wakes();
  /** What the limits were made of. */
  record: TenantRecord | undefined;
  /** In force; set once the tenant's settings are known, replaced when they change. */
  limits: Limits | undefined;
  suspended = false;
  /** The tenant's part of L1, once its settings are known. */
  local: LocalPartition | undefined;

  constructor(readonly tenant: TenantId) {}

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
  }

  changedScopes(scopes: readonly Scope[]): void {
    this.loads.voidScopes(scopes);
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
