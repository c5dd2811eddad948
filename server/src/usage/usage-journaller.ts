import type { Emit } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsageJournal } from '../core/usage-journal.js';
import { apart, codeOfFailure, type Failed } from './apart.js';
import type { KeptPart } from './kept-part.js';
import { type CountedTenant, partBatches } from './part-batches.js';
import type { UsageLedger } from './usage-ledger.js';

/** With the time that a put takes it is the second that a killed process loses at most. */
const EVERY_MS = 900;

/** Of one turn, while the journal changes under it. */
const MAX_ROUNDS = 3;

export interface UsageJournallerOptions {
  journal: UsageJournal;
  /** Shared with the flusher. */
  ledger: UsageLedger;
  /** `TenantRegistry.counted`: those too that are not open here. */
  tenants: () => Iterable<CountedTenant>;
  /** While the tenant's server is away, or bypassed, its parts wait in the process. */
  away: (tenant: TenantId) => boolean;
  emit: Emit;
  /** Between the end of a put and the next. Default 900 ms. */
  everyMs?: number;
  now?: () => number;
}

/** Puts what was counted into the journal within a second, where it outlives the process; one put at a time. */
export class UsageJournaller {
  readonly #options: UsageJournallerOptions;
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> | undefined;
  #closed = false;

  constructor(options: UsageJournallerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.tick().then(() => this.start()), this.#options.everyMs ?? EVERY_MS);
    this.#timer.unref();
  }

  /** Looks at every tenant and puts what is not safe. Never rejects: what fails waits for the next tick. */
  tick(): Promise<void> {
    this.#underway ??= this.#tick().finally(() => {
      this.#underway = undefined;
    });
    return this.#underway;
  }

  /** Puts what is left. The flusher closes after it, so that a sink that is away does not cost what the journal can keep. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#underway;
    await this.tick();
  }

  async #tick(): Promise<void> {
    const { journal, ledger, tenants, away, emit, now = Date.now } = this.#options;
    const startedMs = performance.now();
    const incarnation = () => journal.incarnation();
    const wanted = (kept: KeptPart) => !kept.isSafe(journal.incarnation()) && !away(kept.part.tenantId);
    let parts = 0;
    let failed: Failed | undefined;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = incarnation();
      for await (const batch of partBatches({ ledger, tenants, now, incarnation }, wanted)) {
        parts += batch.length;
        // All tenants are looked at in any case, for their buckets end now.
        if (!failed?.gaveUp) failed = (await this.#put(batch)) ?? failed;
      }
      // What was put before this turn may be lost with a journal that was emptied in the midst of it.
      if (failed || incarnation() === before) break;
    }
    if (parts === 0) return;
    const durationMs = performance.now() - startedMs;
    emit({ type: 'journal', ok: !failed, ...codeOfFailure(failed), parts, durationMs });
  }

  #put(batch: readonly KeptPart[]): Promise<Failed | undefined> {
    const { journal } = this.#options;
    return apart(batch, async (kept) => {
      // As of before: what was put while the journal was emptied is put again.
      const incarnation = journal.incarnation();
      await journal.put(kept.map(({ part }) => part));
      for (const each of kept) each.journalledIn = incarnation;
    });
  }
}
