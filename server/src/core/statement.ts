import type { Bill } from './pricing.js';
import type { StoreMeters } from './store-outcomes.js';
import type { TenantId } from './tenant-id.js';

/** What the shared store said of a tenant's use over time. */
export interface MeterReading {
  readonly tenantId: TenantId;
  /** When it was read, in milliseconds since 1970. */
  readonly atMs: number;
  readonly usedBytes: number;
  readonly meters: StoreMeters;
}

/** The closed figures of one tenant and period; never changed again. Bytes, and bytes x milliseconds. */
export interface Statement {
  readonly tenantId: TenantId;
  /** ISO times; the end is not part of the period. */
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly closedAt: string;
  readonly quotaBytes: number;
  readonly peakBytes: number;
  readonly byteMs: number;
  readonly overageByteMs: number;
  readonly timesExceeded: number;
  readonly requests: number;
  readonly bytesServed: number;
  readonly bytesWritten: number;
  /** Null where nothing is charged for: the directory knows no prices, or knew none when the period was closed. */
  readonly bill: Bill | null;
}

/** What the period under way would be closed with now; `periodEnd` is yet to come. */
export interface OpenStatement extends Omit<Statement, 'closedAt'> {
  readonly open: true;
  /** When the meters were last read, at the earliest the start of the period. */
  readonly asOf: string;
}

/** Periods that ended after `afterMs` and not after `untilMs`: those of a month are within one such span, and in no other. */
export interface StatementSpan {
  readonly afterMs?: number | undefined;
  readonly untilMs?: number | undefined;
}
