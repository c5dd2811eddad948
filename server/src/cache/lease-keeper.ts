import type { Lease } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import type { SharedTier } from './shared-tier.js';

/** What a holder that died costs those who wait for it. */
export const LEASE_TTL_MS = 3_000;
const RENEW_EVERY_MS = 1_000;

interface Held {
  readonly tenant: TenantId;
  readonly id: EntryId;
  readonly sinceMs: number;
}

/** Renews the leases of loads that take long; one timer for all, and none while nothing is loaded. */
export class LeaseKeeper {
  readonly #shared: SharedTier;
  readonly #held = new Map<Lease, Held>();
  #timer: NodeJS.Timeout | undefined;

  constructor(shared: SharedTier) {
    this.#shared = shared;
  }

  hold(tenant: TenantId, id: EntryId, lease: Lease): void {
    this.#held.set(lease, { tenant, id, sinceMs: performance.now() });
    this.#timer ??= setInterval(this.#renew, RENEW_EVERY_MS).unref();
  }

  /** The lease ends with its write or its release, neither of which is this class's. */
  drop(lease: Lease): void {
    this.#held.delete(lease);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#held.clear();
  }

  readonly #renew = (): void => {
    if (this.#held.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const startedBeforeMs = performance.now() - RENEW_EVERY_MS / 2;
    for (const [lease, { tenant, id, sinceMs }] of this.#held) {
      if (sinceMs <= startedBeforeMs) void this.#shared.renew(tenant, id, lease, LEASE_TTL_MS);
    }
  };
}
