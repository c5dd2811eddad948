import type { TenantId } from '../core/tenant-id.js';
import type { StoreUpkeep } from '../core/upkeep.js';

interface Round {
  readonly fence: number;
  readonly startMs: number;
  readonly failed: Set<TenantId>;
  aborted: boolean;
}

/**
 * When the last patrol round began in which every tenant was reached: what was used until then has been read. A round that
 * was cut short or failed is none, nor is one of a former leadership.
 */
export class RoundRecord {
  readonly #store: Pick<StoreUpkeep, 'nodes'>;
  readonly #fence: () => number | undefined;
  #round: Round | undefined;
  #failedBefore: ReadonlySet<TenantId> = new Set();
  #complete: { readonly fence: number; readonly startMs: number } | undefined;

  /** @param fence of the leadership; undefined while this process may not patrol */
  constructor(store: Pick<StoreUpkeep, 'nodes'>, fence: () => number | undefined) {
    this.#store = store;
    this.#fence = fence;
  }

  /** By the clock of this process; undefined: none since it began to lead. */
  get lastCompleteFromMs(): number | undefined {
    return this.#complete !== undefined && this.#complete.fence === this.#fence() ? this.#complete.startMs : undefined;
  }

  begin(startMs: number): void {
    const fence = this.#fence();
    this.#round = fence === undefined ? undefined : { fence, startMs, failed: new Set(), aborted: false };
  }

  /** Whether the round may go on. */
  goOn(): boolean {
    const fence = this.#fence();
    if (this.#round !== undefined && fence !== this.#round.fence) this.#round.aborted = true;
    return fence !== undefined;
  }

  async visit<T>(tenant: TenantId, visiting: Promise<T>): Promise<T> {
    const round = this.#round;
    try {
      return await visiting;
    } catch (error) {
      round?.failed.add(tenant);
      throw error;
    }
  }

  async end(): Promise<void> {
    this.goOn();
    const round = this.#round;
    if (round === undefined) return;
    const reached = round.failed.size === 0 || (await this.#areDamaged(round.failed));
    this.#failedBefore = round.failed;
    if (reached && !round.aborted && this.#round === round) this.#complete = round;
  }

  /** Leadership was lost. */
  forget(): void {
    this.#round = undefined;
    this.#complete = undefined;
    this.#failedBefore = new Set();
  }

  /** Refused two rounds in a row by servers that answer: they must not hold up the periods of all others for ever. */
  async #areDamaged(failed: ReadonlySet<TenantId>): Promise<boolean> {
    for (const tenant of failed) if (!this.#failedBefore.has(tenant)) return false;
    const nodes = await this.#store.nodes({ counted: false }).catch(() => []);
    return nodes.length > 0 && nodes.every(({ state }) => state === 'up');
  }
}
