import type { TenantId } from './tenant-id.js';
import type { UsagePart } from './usage-part.js';

/** A part as the journal has it. */
export interface JournalledPart {
  readonly part: UsagePart;
  /** Names the place and what stood there: another value of the same part has another one. */
  readonly token: string;
}

/** A page of tenants with parts in the journal. */
export interface JournalPage {
  readonly tenants: readonly TenantId[];
  /** Undefined: this was the last page. */
  readonly next: string | undefined;
}

/**
 * Where counters outlive their process until they are in the sink: each process writes its parts within a second, and one
 * process for all brings them to the sink. Of a tenant, process epoch and bucket the last part written stays. Rejects with
 * `STORE_UNAVAILABLE` like the store itself.
 */
export interface UsageJournal {
  /** Resolves when all of them are kept; where it rejects, any of them may be. */
  put(parts: readonly UsagePart[]): Promise<void>;
  tenants(after: string | undefined, count: number): Promise<JournalPage>;
  /** What cannot be read (of a later version, or damaged) is left where it is and left out. */
  read(tenants: readonly TenantId[]): Promise<readonly JournalledPart[]>;
  /** Drops what is still as it was read; what was written since stays. */
  forget(parts: readonly JournalledPart[]): Promise<void>;
  /** Changes where what was put may be lost, as after a server that came back empty: then put everything again. */
  incarnation(): number;
}
