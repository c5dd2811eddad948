import { createHash } from 'node:crypto';
import type { TenantId } from '../core/tenant-id.js';

/**
 * When each tenant is reconciled: once in every period, at a time of its own that follows from its id. So the work is
 * spread out, and a new leader goes on where the last one stopped without knowing anything of it.
 */
export class ReconcileTimes {
  readonly #everyMs: number;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Whether the tenant's time is after `fromMs` and not after `toMs`. */
  isDue(tenant: TenantId, fromMs: number, toMs: number): boolean {
    const offsetMs = this.#share(tenant) * this.#everyMs;
    return Math.floor((toMs - offsetMs) / this.#everyMs) > Math.floor((fromMs - offsetMs) / this.#everyMs);
  }

  #share(tenant: TenantId): number {
    return createHash('sha256').update(`tenantcache reconcile ${tenant}`).digest().readUInt32BE(0) / 2 ** 32;
  }
}
