import type { Logger } from '../core/contracts.js';
import { codeOf } from '../core/errors.js';
import { MAX_ACCESS_AGE_MS, type SharedAccessPart, type SharedAccessStore } from '../core/shared.js';
import { apart } from './apart.js';
import { isAway } from './merge-parts.js';

/** What a process that is killed loses of who read what. */
const FLUSH_EVERY_MS = 60_000;
const PARTS_PER_BATCH = 500;

/** Counts who read what. It bounds what it holds, and what it forgets counts no more. */
export interface AccessSource {
  /** All that is not forgotten yet, cumulative. */
  parts(): readonly SharedAccessPart[];
  /** Parts that are kept elsewhere; of an hour that goes on, counting goes on. */
  forget(kept: readonly SharedAccessPart[]): void;
}

export interface AccessFlusherOptions {
  readonly source: AccessSource;
  readonly store: Pick<SharedAccessStore, 'merge'>;
  readonly logger: Logger;
  /** A flush begins so often at the latest; 60 s at the most, which is the default. */
  readonly intervalMs?: number;
  readonly now?: () => number;
}

/**
 * Brings who read what to where it is kept. What fails stays with its source and goes with the next flush; parts are
 * cumulative, so that one that was kept unheard is doubled by no repetition.
 */
export class AccessFlusher {
  readonly #options: AccessFlusherOptions;
  readonly #now: () => number;
  /** What was kept of the parts that the source still has, so that only what grew is sent. */
  #kept = new Map<string, SharedAccessPart>();
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> | undefined;

  constructor(options: AccessFlusherOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    const everyMs = Math.min(this.#options.intervalMs ?? FLUSH_EVERY_MS, FLUSH_EVERY_MS);
    this.#timer = setInterval(() => {
      // A flush that waits for its store is not joined by a second one.
      if (!this.#underway) this.flush().catch(() => {});
    }, everyMs).unref();
  }

  /** Rejects as the store does; what it did not take stays. */
  async flush(): Promise<void> {
    while (this.#underway) await this.#underway.catch(() => {});
    this.#underway = this.#flush();
    try {
      await this.#underway;
    } finally {
      this.#underway = undefined;
    }
  }

  /** Brings the last counts; once nothing is read any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #flush(): Promise<void> {
    const { source, store, logger } = this.#options;
    const parts = this.#present();
    const grown = parts.filter((part) => this.#hasGrown(part));
    source.forget(parts.filter((part) => !this.#hasGrown(part)));
    let error: unknown;
    for (let from = 0; from < grown.length; from += PARTS_PER_BATCH) {
      const batch = grown.slice(from, from + PARTS_PER_BATCH);
      const onDone = (some: readonly SharedAccessPart[]) => {
        for (const part of some) this.#kept.set(idOf(part), part);
        source.forget(some);
      };
      const failed = await apart(batch, (some) => store.merge(some), { onDone, isOver: isAway });
      error = failed?.error ?? error;
      if (failed?.gaveUp) break;
    }
    if (error === undefined) return;
    logger.warn({ code: codeOf(error) }, 'who read shared data was not kept, and is brought again');
    throw error;
  }

  /** Without those that the store would take no more; and what is remembered is of these alone. */
  #present(): SharedAccessPart[] {
    const { source } = this.#options;
    const sinceMs = this.#now() - MAX_ACCESS_AGE_MS;
    const parts = source.parts();
    source.forget(parts.filter(({ hourMs }) => hourMs < sinceMs));
    const present = parts.filter(({ hourMs }) => hourMs >= sinceMs);
    const ids = new Set(present.map(idOf));
    for (const id of this.#kept.keys()) if (!ids.has(id)) this.#kept.delete(id);
    return present;
  }

  #hasGrown(part: SharedAccessPart): boolean {
    const kept = this.#kept.get(idOf(part));
    return kept === undefined || part.reads > kept.reads || part.limited > kept.limited;
  }
}

function idOf({ tenantId, dataset, group, kind, hourMs }: SharedAccessPart): string {
  return JSON.stringify([tenantId, dataset, group, kind, hourMs]);
}
