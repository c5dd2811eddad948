import type { StoreUpkeep } from '../core/upkeep.js';

/** A server under pressure evicts all the time: its tenants are not reconciled more often than that. */
const AGAIN_AFTER_MS = 30_000;

/** Notices which servers have evicted keys by themselves, which then still count. */
export class EvictionWatch {
  readonly #upkeep: Pick<StoreUpkeep, 'serverEvictions'>;
  readonly #now: () => number;
  readonly #counts = new Map<string, number>();
  readonly #toldAtMs = new Map<string, number>();

  constructor(upkeep: Pick<StoreUpkeep, 'serverEvictions'>, now: () => number = Date.now) {
    this.#upkeep = upkeep;
    this.#now = now;
  }

  /** Nodes that have evicted since they were last attended to, at first since they started, with their counts. */
  async risen(): Promise<ReadonlyMap<string, number>> {
    const risen = new Map<string, number>();
    for (const [node, count] of await this.#upkeep.serverEvictions()) {
      const known = this.#counts.get(node) ?? 0;
      // A server that started again counts from 0.
      const news = count < known ? count > 0 : count > known;
      if (!news) {
        this.#counts.set(node, count);
        continue;
      }
      if (this.#now() - (this.#toldAtMs.get(node) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER_MS) continue;
      risen.set(node, count);
    }
    return risen;
  }

  /** Their tenants are being reconciled. */
  attended(risen: ReadonlyMap<string, number>): void {
    for (const [node, count] of risen) {
      this.#counts.set(node, count);
      this.#toldAtMs.set(node, this.#now());
    }
  }

  /** Whoever leads meanwhile may have left something undone. */
  forget(): void {
    this.#counts.clear();
  }
}
