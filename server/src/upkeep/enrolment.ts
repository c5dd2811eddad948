import type { TenantCounters } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';

/** Well within the hour for which an empty tenant stays on the roll. */
const AGAIN_AFTER_MS = 600_000;
/** Tenants of one call. */
const MAX_PER_TURN = 2_000;

interface Seen {
  readonly atMs: number;
  readonly used: number;
}

export interface EnrolmentOptions {
  tenants: () => Iterable<{ readonly tenant: TenantId; readonly counters: TenantCounters }>;
  enrol: (tenants: readonly TenantId[]) => Promise<void>;
  now?: () => number;
}

/** Puts the tenants that this process uses on the roll: each once in ten minutes, for as long as it is used or holds bytes. */
export class Enrolment {
  readonly #options: EnrolmentOptions;
  readonly #now: () => number;
  readonly #seen = new Map<TenantId, Seen>();

  constructor(options: EnrolmentOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** The tenant left the process; should it come back it is enrolled again. */
  forget(tenant: TenantId): void {
    this.#seen.delete(tenant);
  }

  /** What the store did not take is due again. */
  async turn(): Promise<void> {
    const due: [TenantId, Seen][] = [];
    const nowMs = this.#now();
    for (const { tenant, counters } of this.#options.tenants()) {
      const used = counters.requests + counters.writes;
      const before = this.#seen.get(tenant);
      const isNew = before === undefined;
      const again = !isNew && nowMs - before.atMs >= AGAIN_AFTER_MS && (counters.entries > 0 || used !== before.used);
      if (isNew || again) due.push([tenant, { atMs: nowMs, used }]);
      if (due.length === MAX_PER_TURN) break;
    }
    if (due.length === 0) return;
    await this.#options.enrol(due.map(([tenant]) => tenant));
    for (const [tenant, seen] of due) this.#seen.set(tenant, seen);
  }
}
