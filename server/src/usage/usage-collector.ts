import type { Emit } from '../core/contracts.js';
import { codeOf } from '../core/errors.js';
import type { CacheEvent } from '../core/events.js';
import type { TenantId } from '../core/tenant-id.js';
import type { JournalledPart, UsageJournal } from '../core/usage-journal.js';
import type { UsageSink } from '../core/usage-sink.js';
import { apart } from './apart.js';
import { mergeParts } from './merge-parts.js';
import { PARTS_PER_BATCH } from './part-batches.js';

const LOOKS_EVERY_MS = 2_000;
const RETRY_AFTER_MS = 30_000;
/** After the end of a bucket, for its last parts to be put; half the interval where that is less. */
const GRACE_MS = 5_000;
/** What is read of them is held in memory at once, and grows while the sink is away. */
const TENANTS_PER_PAGE = 100;

export interface UsageCollectorOptions {
  journal: UsageJournal;
  sink: UsageSink;
  intervalMs: number;
  /** While the kill switch is on the store is left alone. */
  paused: () => boolean;
  emit: Emit;
  now?: () => number;
}

interface Round {
  parts: number;
  tenants: number;
  lateParts: number;
  ok: boolean;
  code?: string;
}

/**
 * Brings to the sink what the journal has of all processes, on the process that leads: when it begins to lead, and shortly
 * after the end of each bucket. Two that do it at once, or one that is killed at any point, double and lose nothing.
 */
export class UsageCollector {
  readonly #options: UsageCollectorOptions;
  readonly #now: () => number;
  readonly #graceMs: number;
  #timer: NodeJS.Timeout | undefined;
  #leads = false;
  #closed = false;
  /** The interval that was collected last, by its number; undefined: the next look collects. */
  #collected: number | undefined;
  #retryAtMs = 0;
  #underway: Promise<void> | undefined;

  constructor(options: UsageCollectorOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#graceMs = Math.min(GRACE_MS, options.intervalMs / 2);
  }

  /** Hears who leads. */
  readonly observe = (event: CacheEvent): void => {
    if (event.type !== 'leader') return;
    this.#leads = event.leading;
    this.#collected = undefined;
    this.#retryAtMs = 0;
  };

  start(): void {
    this.#timer = setInterval(() => void this.look(), Math.min(LOOKS_EVERY_MS, this.#options.intervalMs)).unref();
  }

  /** Collects where that is due and this process leads. Never rejects. */
  look(): Promise<void> {
    const turn = Math.floor((this.#now() - this.#graceMs) / this.#options.intervalMs);
    if (this.#underway) return this.#underway;
    if (!this.#mayWork() || turn === this.#collected || this.#now() < this.#retryAtMs) return Promise.resolve();
    this.#underway = this.#collect(turn).finally(() => {
      this.#underway = undefined;
    });
    return this.#underway;
  }

  /** Resolves when the batch under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#underway;
  }

  async #collect(turn: number): Promise<void> {
    const { emit } = this.#options;
    const startedMs = performance.now();
    const round: Round = { parts: 0, tenants: 0, lateParts: 0, ok: true };
    await this.#walk(round).catch((error) => failedBy(round, error));
    // Another leader begins anew.
    if (!this.#mayWork()) return;
    if (round.ok) this.#collected = turn;
    else this.#retryAtMs = this.#now() + Math.min(RETRY_AFTER_MS, this.#options.intervalMs);
    emit({ type: 'collect', ...round, durationMs: performance.now() - startedMs });
  }

  async #walk(round: Round): Promise<void> {
    const { journal } = this.#options;
    let after: string | undefined;
    do {
      const page = await journal.tenants(after, TENANTS_PER_PAGE);
      await this.#bring(page.tenants, round);
      after = page.next;
    } while (after !== undefined && this.#mayWork());
  }

  async #bring(tenants: readonly TenantId[], round: Round): Promise<void> {
    const { journal, sink } = this.#options;
    const read: JournalledPart[] = [];
    const unread = await apart(tenants, async (some) => {
      for (const part of await journal.read(some)) read.push(part);
    });
    if (unread) failedBy(round, unread.error);
    round.tenants += tenants.length;
    for (let from = 0; from < read.length && this.#mayWork(); from += PARTS_PER_BATCH) {
      const merged: JournalledPart[] = [];
      const batch = read.slice(from, from + PARTS_PER_BATCH);
      const { failed, lateParts } = await mergeParts(
        sink,
        batch,
        ({ part }) => part,
        (some) => {
          for (const each of some) merged.push(each);
        },
      );
      round.parts += merged.length;
      round.lateParts += lateParts;
      await this.#forget(merged, round);
      if (failed) failedBy(round, failed.error);
      // The sink is away: the journal keeps all.
      if (failed?.gaveUp) throw failed.error;
    }
  }

  async #forget(merged: readonly JournalledPart[], round: Round): Promise<void> {
    const endedMs = this.#now() - this.#graceMs;
    const ended = merged.filter(({ part }) => part.bucketStartMs + part.bucketMs <= endedMs);
    const failed = await apart(ended, (some) => this.#options.journal.forget(some));
    if (failed) failedBy(round, failed.error);
  }

  #mayWork(): boolean {
    return this.#leads && !this.#closed && !this.#options.paused();
  }
}

function failedBy(round: Round, error: unknown): void {
  round.ok = false;
  round.code = codeOf(error);
}
