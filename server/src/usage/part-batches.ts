import { setImmediate } from 'node:timers/promises';
import type { TenantCounters } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { KeptPart } from './kept-part.js';
import type { UsageLedger } from './usage-ledger.js';

/** Keeps a call to Redis or a transaction short. */
export const PARTS_PER_BATCH = 500;
/** Looked at between two turns of the event loop: about a millisecond. */
const TENANTS_PER_TURN = 2_000;

export interface CountedTenant {
  readonly tenant: TenantId;
  readonly counters: TenantCounters;
}

export interface PartSource {
  readonly ledger: UsageLedger;
  /** Every tenant with counters in this process. */
  readonly tenants: () => Iterable<CountedTenant>;
  readonly now: () => number;
  /** Of the journal as it is now, undefined where there is none. */
  readonly incarnation: () => number | undefined;
}

/**
 * Looks at every tenant, and hands out the parts that are wanted. Who stops asking leaves the others' counts to the bucket
 * of their next look.
 */
export async function* partBatches(
  { ledger, tenants, now, incarnation }: PartSource,
  wanted: (kept: KeptPart) => boolean,
): AsyncGenerator<readonly KeptPart[]> {
  let batch: KeptPart[] = [];
  let looked = 0;
  for (const { tenant, counters } of tenants()) {
    ledger.look(tenant, counters, now(), incarnation()).addTo(batch, wanted);
    if (batch.length >= PARTS_PER_BATCH) {
      yield batch;
      batch = [];
    }
    if (++looked % TENANTS_PER_TURN === 0) await setImmediate();
  }
  if (batch.length > 0) yield batch;
}
