import type { WarmingProgress, WarmingRun, WarmOutcome } from '../core/warming.js';

/** What targets came to, as events tell it. */
export interface TargetCounts {
  loaded: number;
  fresh: number;
  noRoom: number;
  failed: number;
  bytes: number;
}

/** Counts of one run: `done + failed + skipped` is never above `total`, and comes to it where none is left. */
export class Tally {
  /** Targets that nothing has come of here; null while they are being listed. */
  #left: number | null = null;
  #done: number;
  #failed = 0;
  #skipped: number;
  #bytes: number;
  /** Targets that another process has counted, which this one is to find fresh, or without room. */
  #countedBefore: number;
  #news = noCounts();

  /** Of a run that was taken over, what failed is tried again; all else was counted. */
  constructor({ done, skipped, bytes }: Pick<WarmingRun, 'done' | 'skipped' | 'bytes'>) {
    this.#done = done;
    this.#skipped = skipped;
    this.#bytes = bytes;
    this.#countedBefore = done + skipped;
  }

  listed(total: number): void {
    this.#left = total;
  }

  /** What an application's own target says is not taken on trust: one figure that is none would spoil all of them. */
  came(outcome: WarmOutcome): void {
    if (outcome?.kind === 'loaded' && Number.isSafeInteger(outcome.bytes) && outcome.bytes >= 0) {
      this.#went();
      this.#done++;
      this.#bytes += outcome.bytes;
      this.#news.loaded++;
      this.#news.bytes += outcome.bytes;
      return;
    }
    if (outcome?.kind !== 'fresh' && outcome?.kind !== 'no-room') {
      this.failed();
      return;
    }
    this.#went();
    this.#news[outcome.kind === 'fresh' ? 'fresh' : 'noRoom']++;
    if (this.#countedBefore > 0) this.#countedBefore--;
    else this.#skipped++;
  }

  failed(): void {
    this.#went();
    this.#failed++;
    this.#news.failed++;
  }

  progress(): WarmingProgress {
    const [done, failed, skipped, bytes] = [this.#done, this.#failed, this.#skipped, this.#bytes];
    const counted = done + failed + skipped;
    // What was counted before and is loaded anew, or is not listed any more, is a target more than are listed.
    const total = this.#left === null ? null : counted + Math.max(0, this.#left - this.#countedBefore);
    return { total, done, failed, skipped, bytes };
  }

  /** What was counted since the last call; undefined: nothing. */
  takeNews(): Readonly<TargetCounts> | undefined {
    const news = this.#news;
    this.#news = noCounts();
    return news.loaded + news.fresh + news.noRoom + news.failed > 0 ? news : undefined;
  }

  #went(): void {
    if (this.#left !== null) this.#left--;
  }
}

function noCounts(): TargetCounts {
  return { loaded: 0, fresh: 0, noRoom: 0, failed: 0, bytes: 0 };
}
