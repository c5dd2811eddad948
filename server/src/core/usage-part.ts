import type { CounterValues, ResourceCounterValues } from './counters.js';
import type { TenantId } from './tenant-id.js';

/**
 * One process's share of one tenant's UTC day and of the sample bucket under way, cumulative since the day (the bucket)
 * began in this process. A sink keeps the greatest value per field, so a retry or a second flusher doubles nothing.
 */
export interface UsagePart {
  readonly tenantId: TenantId;
  /** Random per process start and per time that the tenant came into the process: two of either never merge into one part. */
  readonly processEpoch: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly day: CounterValues;
  /** The day's counts by resource; those of one that was not asked for are left out. */
  readonly resources: Readonly<Record<string, ResourceCounterValues>>;
  readonly bucketStartMs: number;
  readonly bucketMs: number;
  readonly bucket: CounterValues;
  readonly usedBytes: number;
  readonly entries: number;
  readonly quotaBytes: number;
  readonly hardLimitBytes: number;
}
