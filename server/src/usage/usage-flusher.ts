import type { Emit } from '../core/contracts.js';
import type { UsageJournal } from '../core/usage-journal.js';
import type { UsageSink } from '../core/usage-sink.js';
import { codeOfFailure, type Failed } from './apart.js';
import { forgetJournalled } from './forget-journalled.js';
import type { KeptPart } from './kept-part.js';
import { mergeParts } from './merge-parts.js';
import { type CountedTenant, partBatches } from './part-batches.js';
import type { UsageLedger } from './usage-ledger.js';

export interface UsageFlusherOptions {
  sink: UsageSink;
  /** Shared with the journaller. */
  ledger: UsageLedger;
  /** `TenantRegistry.counted`: those too that are not open here. */
  tenants: () => Iterable<CountedTenant>;
  intervalMs: number;
  emit: Emit;
  /** Where parts are safe until one process for all collects them. Omitted: each interval brings all to the sink. */
  journal?: UsageJournal | undefined;
  /** Each interval brings all to the sink, also what the journal has: for a process that leaves upkeep to others. Default false. */
  everything?: boolean;
  now?: () => number;
}

/**
 * Brings this process's counters to the sink itself: on demand, at close, and at the end of each bucket what the journal
 * could not take. What fails is sent again.
 */
export class UsageFlusher {
  readonly #options: UsageFlusherOptions;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> | undefined;

  constructor(options: UsageFlusherOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    const { intervalMs } = this.#options;
    // Aligned to the clock, so that a bucket and a day end when the flush runs.
    const dueMs = intervalMs - (this.#now() % intervalMs);
    this.#timer = setTimeout(() => {
      this.flushUnsafe()
        .catch(() => {})
        .finally(() => this.#timer && this.start());
    }, dueMs);
    this.#timer.unref();
  }

  /** All that is not in the sink yet. Rejects with the sink's error; the counts stay and go with the next flush. */
  flush(): Promise<void> {
    return this.#inTurn(() => this.#bring());
  }

  /** What would be lost with this process, or all where the options say so. */
  flushUnsafe(): Promise<void> {
    const { everything = false } = this.#options;
    if (everything) return this.flush();
    return this.#inTurn(() => this.#send((kept) => !kept.isSafe(this.#incarnation())));
  }

  /** Rejects where the sink did not take all and the journal does not have the rest. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      await this.#inTurn(() => this.#bring(true));
    } catch (error) {
      const { tenants, ledger } = this.#options;
      for (const { tenant, counters } of tenants()) {
        if (!ledger.isSafe(tenant, counters, this.#incarnation())) throw error;
      }
    }
  }

  /** Two callers must not send the same parts side by side; the second sends what came since. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    while (this.#underway) await this.#underway.catch(() => {});
    this.#underway = work();
    try {
      await this.#underway;
    } finally {
      this.#underway = undefined;
    }
  }

  /** The journal need not keep what the sink has, and nothing will be added to. */
  async #bring(isLast = false): Promise<void> {
    const merged: KeptPart[] = [];
    const nowMs = this.#now();
    await this.#send(
      (kept) => !kept.merged,
      (some) => {
        for (const kept of some)
          if (kept.journalledIn !== undefined && (isLast || kept.endsMs <= nowMs)) merged.push(kept);
      },
    );
    const { journal } = this.#options;
    if (journal) await forgetJournalled(journal, merged).catch(() => {});
  }

  async #send(
    wanted: (kept: KeptPart) => boolean,
    onMerged: (some: readonly KeptPart[]) => void = () => {},
  ): Promise<void> {
    const { sink, ledger, tenants, emit } = this.#options;
    const startedMs = performance.now();
    const source = { ledger, tenants, now: this.#now, incarnation: () => this.#incarnation() };
    let parts = 0;
    let lateParts = 0;
    let failed: Failed | undefined;
    for await (const batch of partBatches(source, wanted)) {
      parts += batch.length;
      // All tenants are looked at in any case, for their buckets end now.
      if (failed?.gaveUp) continue;
      const merge = await mergeParts(
        sink,
        batch,
        ({ part }) => part,
        (some) => {
          for (const kept of some) kept.merged = true;
          onMerged(some);
        },
      );
      lateParts += merge.lateParts;
      failed = merge.failed ?? failed;
    }
    const durationMs = performance.now() - startedMs;
    emit({ type: 'flush', ok: !failed, ...codeOfFailure(failed), parts, lateParts, durationMs });
    if (failed) throw failed.error;
  }

  #incarnation(): number | undefined {
    return this.#options.journal?.incarnation();
  }
}
