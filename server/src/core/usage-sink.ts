import type { QuotaCrossing } from './contracts.js';
import type { Page } from './directory.js';
import type { TenantId } from './tenant-id.js';
import type { UsagePart } from './usage-part.js';

/** A crossing as it is kept, with the limits it was measured against. */
export interface CrossingRow extends QuotaCrossing {
  readonly tenantId: TenantId;
  readonly quotaBytes: number;
  readonly hardLimitBytes: number;
}

/** Where counters rest. Parts are cumulative, so merging one twice changes nothing. */
export interface UsageSink {
  merge(parts: readonly UsagePart[]): Promise<void>;
  /** Keeps crossings; one that is kept already is left alone. Omitted: they are events only. */
  crossed?(crossings: readonly CrossingRow[]): Promise<void>;
  /** Those that were kept of a tenant, newest first. Omitted: the admin API lists none. */
  crossings?(tenant: TenantId, query: { page: number; pageSize: number }): Promise<Page<CrossingRow>>;
  close(): Promise<void>;
}
