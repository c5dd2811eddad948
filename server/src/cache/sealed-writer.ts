import type { EntryBody, Lease, Sealer } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { WriteOutcome } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import { sealPayload } from './sealed-payload.js';
import type { SharedTier } from './shared-tier.js';
import { WriteOrder } from './write-order.js';

/** Explicit writes of one entry by several processes that meet: each takes the lease from the one before. */
const ATTEMPTS = 16;
const LEASE_MS = 5_000;

/** Writes ciphertexts: each is bound to its sequence, which an explicit write learns from a lease of its own. */
export class SealedWriter {
  readonly #shared: SharedTier;
  readonly #sealer: Sealer;
  readonly #order = new WriteOrder();

  constructor(shared: SharedTier, sealer: Sealer) {
    this.#shared = shared;
    this.#sealer = sealer;
  }

  write(
    tenant: TenantId,
    id: EntryId,
    body: EntryBody,
    limits: Limits,
    lease: Lease | undefined,
  ): Promise<WriteOutcome | undefined> {
    if (lease) return this.#under(lease, tenant, id, body, limits);
    // Those of this process take turns, or each would void the one before.
    return this.#order.run(tenant, id, () => this.#explicit(tenant, id, body, limits));
  }

  async #explicit(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits): Promise<WriteOutcome | undefined> {
    let outcome: WriteOutcome | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = await this.#shared.lease(tenant, id, { seenSequence: 0, ttlMs: LEASE_MS, seize: true });
      if (answer?.kind !== 'granted') return undefined;
      outcome = withNewsOf(outcome, await this.#under(answer.lease, tenant, id, body, limits));
      if (outcome?.status !== 'void') break;
    }
    return outcome;
  }

  #under(lease: Lease, tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits) {
    const sealed = sealPayload(this.#sealer, body, { tenant, id, sequence: lease.sequence });
    return this.#shared.write(tenant, id, sealed, limits, lease);
  }
}

/** A crossing, and what had expired, is told once: what a write heard that came to nothing, the next one tells. */
function withNewsOf(before: WriteOutcome | undefined, outcome: WriteOutcome | undefined): WriteOutcome | undefined {
  if (!before || !outcome) return outcome;
  const expiredEntries = before.expiredEntries + outcome.expiredEntries;
  if (!before.crossing) return { ...outcome, expiredEntries };
  const crossing = { ...(outcome.crossing ?? before.crossing), from: before.crossing.from };
  return { ...outcome, expiredEntries, crossing };
}
