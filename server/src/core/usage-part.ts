import type { CounterValues } from './counters.js';
import type { TenantId } from './tenant-id.js';

/**
 * One process's share of one tenant's UTC day and of the sample bucket under way, cumulative since the day (the bucket)
 * began in this process. A sink keeps the greatest value per field, so a retry or a second flusher doubles nothing.
 */
export interface UsagePart {
  readonly tenantId: TenantId;
  /** Random per process start; two starts never merge into one part. */
  readonly processEpoch: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly day: CounterValues;
  readonly bucketStartMs: number;
  readonly bucketMs: number;
  readonly bucket: CounterValues;
  readonly usedBytes: number;
  readonly entries: number;
  readonly quotaBytes: number;
  readonly hardLimitBytes: number;
}
