import { TenantCounters } from '../core/counters.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import { SingleFlight } from './single-flight.js';

/** All that this process holds of one tenant, apart from its entries. */
export class TenantRuntime {
  readonly counters = new TenantCounters();
  readonly loads = new SingleFlight<EntryId, unknown>();
  /** Set once the tenant's settings are known, replaced when they change. */
  limits: Limits | undefined;
  suspended = false;

  constructor(readonly tenant: TenantId) {}

  apply(limits: Limits): void {
    this.limits = limits;
    this.counters.quotaBytes = limits.quotaBytes;
    this.counters.hardLimitBytes = limits.hardLimitBytes;
  }
}
