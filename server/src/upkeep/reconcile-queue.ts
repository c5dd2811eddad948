import { setTimeout as delay } from 'node:timers/promises';
import { TenantCacheError } from '../core/errors.js';
import type { ReconcileTrigger } from '../core/events.js';
import type { TenantId } from '../core/tenant-id.js';
import type { GoneEntries, ReconcileReport, StoreUpkeep } from '../core/upkeep.js';
import { reconcileTenant } from './reconciler.js';

const BETWEEN_TENANTS_MS = 5;

export interface ReconcileQueueOptions {
  upkeep: StoreUpkeep;
  /** Undefined while this process does not lead. */
  fence: () => number | undefined;
  onReport: (report: ReconcileReport, trigger: ReconcileTrigger) => void;
  onGone: (tenant: TenantId, gone: GoneEntries) => void;
  /** Another leads by now. */
  onFenced: () => void;
}

/** The tenants that the leader is to reconcile, one after the other; one that waits already is not added again. */
export class ReconcileQueue {
  readonly #options: ReconcileQueueOptions;
  readonly #waiting = new Map<TenantId, ReconcileTrigger>();
  #underway = Promise.resolve();
  #working = false;
  #closed = false;

  constructor(options: ReconcileQueueOptions) {
    this.#options = options;
  }

  add(tenant: TenantId, trigger: ReconcileTrigger): void {
    if (this.#closed || this.#waiting.has(tenant)) return;
    this.#waiting.set(tenant, trigger);
    if (this.#working) return;
    this.#working = true;
    this.#underway = this.#work();
  }

  /** Resolves when nothing is left to do. */
  idle(): Promise<void> {
    return this.#underway;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    await this.#underway;
  }

  async #work(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      const fence = this.#options.fence();
      // Whoever leads next has its own turns.
      if (fence === undefined) this.#waiting.clear();
      if (next === undefined || fence === undefined) {
        this.#working = false;
        return;
      }
      this.#waiting.delete(next[0]);
      await this.#reconcile(next[0], next[1], fence);
      await delay(BETWEEN_TENANTS_MS);
    }
  }

  async #reconcile(tenant: TenantId, trigger: ReconcileTrigger, fence: number): Promise<void> {
    const { upkeep, onReport, onGone, onFenced } = this.#options;
    const goOn = () => !this.#closed && this.#options.fence() === fence;
    try {
      const report = await reconcileTenant(upkeep, tenant, {
        fence,
        paced: true,
        goOn,
        onGone: (gone) => onGone(tenant, gone),
      });
      if (report) onReport(report, trigger);
    } catch (error) {
      // A store that is away has the tenant's next turn.
      if (error instanceof TenantCacheError && error.code === 'UPKEEP_FENCED') onFenced();
    }
  }
}
