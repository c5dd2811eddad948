import type { CurveStore } from './advice.js';
import type { AlertStore } from './alerts.js';
import type { Page } from './directory.js';
import type { SharedAccessStore } from './shared.js';
import type { QuotaCrossing } from './store-outcomes.js';
import type { TenantId } from './tenant-id.js';
import type { UsagePart } from './usage-part.js';
import type { UsageReader } from './usage-reader.js';

/** A crossing as it is kept, with the limits it was measured against. */
export interface CrossingRow extends QuotaCrossing {
  readonly tenantId: TenantId;
  readonly quotaBytes: number;
  readonly hardLimitBytes: number;
}

/** What a merge did not take: parts of days that were folded already, long after their end. */
export interface MergeReport {
  readonly lateParts: number;
}

/** What tidying came to. */
export interface TidyReport {
  /** Tenants' days of which the parts were folded into the day's row. */
  readonly foldedDays: number;
  readonly droppedSamples: number;
}

/** Where counters rest. Parts are cumulative, so merging one twice changes nothing. */
export interface UsageSink {
  merge(parts: readonly UsagePart[]): Promise<MergeReport>;
  /**
   * Folds the parts of days that ended long ago, each day once, and drops samples past their time; a bounded number of
   * rows a call. Omitted: the sink keeps everything.
   */
  tidy?(nowMs: number): Promise<TidyReport>;
  /** Omitted: what is counted cannot be read back. */
  readonly reader?: UsageReader;
  /** Keeps crossings; one that is kept already is left alone. Omitted: they are events only. */
  crossed?(crossings: readonly CrossingRow[]): Promise<void>;
  /** Those that were kept of a tenant, newest first. Omitted: the admin API lists none. */
  crossings?(tenant: TenantId, query: { page: number; pageSize: number }): Promise<Page<CrossingRow>>;
  /** Where alerts are kept. Omitted: in the memory of the process. */
  readonly alerts?: AlertStore | undefined;
  /** Where samples of requests rest. Omitted: nothing is sampled, and no quota is advised. */
  readonly curves?: CurveStore | undefined;
  /** Where it is kept who read what of shared datasets. Omitted: in the memory of the process. */
  readonly sharedAccess?: SharedAccessStore | undefined;
  close(): Promise<void>;
}
