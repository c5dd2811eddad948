import type { Page } from '../core/actor.js';
import { fail } from '../core/errors.js';
import type {
  NewWarmingRun,
  WarmingProgress,
  WarmingQuery,
  WarmingRun,
  WarmingRunStore,
  WarmingState,
} from '../core/warming.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Kept {
  readonly run: Mutable<WarmingRun>;
  readonly slotMs: number | undefined;
}

/** The last 1,000 runs, in the memory of this process. */
export class MemoryWarmingRuns implements WarmingRunStore {
  /** Newest first. */
  readonly #kept: Kept[] = [];
  readonly #now: () => number;
  readonly #maxRuns: number;

  constructor(now: () => number = Date.now, maxRuns = 1_000) {
    this.#now = now;
    this.#maxRuns = maxRuns;
  }

  async begin({ id, job, trigger, startedBy, slotMs, quietMs = 0 }: NewWarmingRun): Promise<WarmingRun> {
    const nowMs = this.#now();
    for (const { run, slotMs: slot } of this.#kept) {
      if (run.job !== job) continue;
      const taken = slotMs !== undefined && slot === slotMs;
      if (run.state === 'running' || taken || nowMs - run.startedAtMs < quietMs) throw fail('WARMING_RUNNING');
    }
    const run: WarmingRun = {
      ...{ id, job, trigger, startedBy, state: 'running', total: null, done: 0, failed: 0, skipped: 0, bytes: 0 },
      ...{ startedAtMs: nowMs, updatedAtMs: nowMs, endedAtMs: null, resumed: 0, cancelRequested: false, code: null },
    };
    this.#kept.unshift({ run: { ...run }, slotMs });
    this.#kept.length = Math.min(this.#kept.length, this.#maxRuns);
    return run;
  }

  async takeOver(job: string, silentMs: number): Promise<WarmingRun | undefined> {
    const nowMs = this.#now();
    const found = this.#kept.find(({ run }) => run.job === job && run.state === 'running')?.run;
    if (!found || nowMs - found.updatedAtMs < silentMs) return undefined;
    found.resumed++;
    found.updatedAtMs = nowMs;
    return { ...found };
  }

  async progress(id: string, resumed: number, progress: WarmingProgress) {
    const run = this.#own(id, resumed);
    if (!run) return undefined;
    Object.assign(run, countsOf(progress), { updatedAtMs: this.#now() });
    return { cancelRequested: run.cancelRequested };
  }

  async end(
    id: string,
    resumed: number,
    state: Exclude<WarmingState, 'running'>,
    progress: WarmingProgress,
    code?: string,
  ): Promise<void> {
    const run = this.#own(id, resumed);
    const nowMs = this.#now();
    if (run) {
      Object.assign(run, countsOf(progress), { state, code: code ?? null, updatedAtMs: nowMs, endedAtMs: nowMs });
    }
  }

  async requestCancel(id: string): Promise<boolean> {
    const run = this.#find(id);
    if (run?.state !== 'running') return false;
    run.cancelRequested = true;
    return true;
  }

  async abandon(silentMs: number): Promise<number> {
    const nowMs = this.#now();
    const silent = this.#kept.filter(({ run }) => run.state === 'running' && nowMs - run.updatedAtMs >= silentMs);
    const end = { state: 'failed', code: 'WARMING_NOT_FOUND', updatedAtMs: nowMs, endedAtMs: nowMs } as const;
    for (const { run } of silent) Object.assign(run, end);
    return silent.length;
  }

  async get(id: string): Promise<WarmingRun | undefined> {
    const run = this.#find(id);
    return run && { ...run };
  }

  async list({ job, state, page, pageSize }: WarmingQuery): Promise<Page<WarmingRun>> {
    const found = this.#kept
      .map(({ run }) => run)
      .filter((run) => (job === undefined || run.job === job) && (state === undefined || run.state === state));
    const items = found.slice((page - 1) * pageSize, page * pageSize).map((run) => ({ ...run }));
    return { items, total: found.length, page, pageSize };
  }

  async tidy(beforeMs: number): Promise<number> {
    const before = this.#kept.length;
    const left = this.#kept.filter(({ run }) => run.endedAtMs === null || run.endedAtMs >= beforeMs);
    this.#kept.splice(0, before, ...left);
    return before - left.length;
  }

  #find(id: string): Mutable<WarmingRun> | undefined {
    return this.#kept.find(({ run }) => run.id === id)?.run;
  }

  #own(id: string, resumed: number): Mutable<WarmingRun> | undefined {
    const run = this.#find(id);
    return run?.state === 'running' && run.resumed === resumed ? run : undefined;
  }
}

function countsOf({ total, done, failed, skipped, bytes }: WarmingProgress): WarmingProgress {
  return { total, done, failed, skipped, bytes };
}
