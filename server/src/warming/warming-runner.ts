import type { Emit, Logger } from '../core/contracts.js';
import { codeOf } from '../core/errors.js';
import type { WarmingRun, WarmingRunStore, WarmOutcome } from '../core/warming.js';
import { type AwayTimes, warmWithSecondTry } from './away-targets.js';
import type { JobSettings } from './job-settings.js';
import { Tally } from './tally.js';
import { listTargets } from './target-list.js';
import { TokenBucket } from './token-bucket.js';

const PROGRESS_EVERY_MS = 1_000;
/** For the store to take the end of a run; where it does not, another process finds the run silent, and little to do. */
const END_ATTEMPTS = 3;

export interface RunnerDeps {
  readonly runs: Pick<WarmingRunStore, 'progress' | 'end'>;
  readonly emit: Emit;
  readonly logger: Logger;
  readonly progressEveryMs?: number | undefined;
  readonly away?: AwayTimes | undefined;
}

/**
 * Why a run ended before its targets did. `left`: with the process; `deposed`: another goes on with it; `failed`: another
 * may begin the next by now.
 */
type Stop = 'cancelled' | 'left' | 'deposed' | 'failed';

/** One run of a job in this process. */
export class WarmingRunner {
  readonly run: WarmingRun;
  readonly #job: JobSettings;
  readonly #deps: RunnerDeps;
  readonly #tally: Tally;
  readonly #stop = new AbortController();
  readonly #startedMs = performance.now();
  /** Of targets that failed, the first first. */
  readonly #codes = new Set<string>();
  #stopped: Stop | undefined;
  #lostWith: string | undefined;
  #telling: Promise<void> | undefined;
  #ended: Promise<void> | undefined;

  constructor(job: JobSettings, run: WarmingRun, deps: RunnerDeps) {
    this.#job = job;
    this.run = run;
    this.#deps = deps;
    this.#tally = new Tally(run);
  }

  /** Never rejects; resolves once nothing of it is under way here. */
  start(): Promise<void> {
    this.#ended ??= this.#run();
    return this.#ended;
  }

  cancel(): void {
    this.#end('cancelled');
  }

  /** Leaves the run as it is, for another process to go on with. */
  leave(): Promise<void> {
    this.#end('left');
    return this.#ended ?? Promise.resolve();
  }

  /** Ends it as failed, with this code. */
  lose(code: string): void {
    this.#lostWith ??= code;
    this.#end('failed');
  }

  async #run(): Promise<void> {
    const { emit, progressEveryMs = PROGRESS_EVERY_MS } = this.#deps;
    const { name: job } = this.#job;
    const { trigger, resumed } = this.run;
    emit({ type: 'warming-began', job, trigger, resumed });
    const ticks = setInterval(() => void this.#tell(), progressEveryMs).unref();
    let failedWith: string | undefined;
    try {
      if (this.run.cancelRequested) this.cancel();
      failedWith = await this.#warm();
    } catch (error) {
      // Whatever a stop left undone is part of it.
      if (this.#stopped === undefined) failedWith = codeOf(error);
    }
    clearInterval(ticks);
    await this.#telling;
    this.#tellEvents();
    const state = this.#stopped ?? (failedWith === undefined ? 'done' : 'failed');
    const { total, done, failed, skipped, bytes } = this.#tally.progress();
    const [first = codeOf(undefined)] = this.#codes;
    const code = failedWith ?? this.#lostWith ?? (failed > 0 ? first : undefined);
    if (state === 'left') await this.#progress().catch(() => {});
    else if (state !== 'deposed') await this.#keepEnd(state, code);
    const durationMs = Math.round(performance.now() - this.#startedMs);
    const counts = { total: total ?? 0, done, failed, skipped, bytes, durationMs };
    emit({ type: 'warming-ended', job, trigger, resumed, state, ...counts, ...(code === undefined ? {} : { code }) });
  }

  /** The code of a source that could not be listed. Rejects where the run is stopped. */
  async #warm(): Promise<string | undefined> {
    const { signal } = this.#stop;
    const { name: job, sources, maxTargets, listTimeoutMs: timeoutMs, concurrency, perSecond } = this.#job;
    const { logger, away } = this.#deps;
    const onFailure = (source: string, code: string) =>
      logger.warn({ job, source, code }, 'a source of a warm-up could not be listed');
    const listing = { signal, nowMs: Date.now(), maxTargets, timeoutMs, onFailure };
    const { targets, failedWith } = await listTargets(sources, listing);
    this.#tally.listed(targets.length);
    const pool = {
      concurrency,
      bucket: new TokenBucket(perSecond),
      signal,
      onOutcome: (outcome: WarmOutcome) => this.#tally.came(outcome),
      onFailure: (error: unknown) => this.#failed(codeOf(error)),
    };
    await warmWithSecondTry(targets, pool, away);
    return failedWith;
  }

  /** The first of each code is told; how many there were is told at the end. */
  #failed(code: string): void {
    this.#tally.failed();
    if (this.#codes.has(code)) return;
    this.#codes.add(code);
    this.#deps.logger.warn({ job: this.#job.name, code }, 'a target of a warm-up failed');
  }

  /** One at a time; a store that does not answer is told with the next. */
  #tell(): Promise<void> {
    this.#tellEvents();
    this.#telling ??= this.#progress()
      .catch(() => {})
      .finally(() => {
        this.#telling = undefined;
      });
    return this.#telling;
  }

  async #progress(): Promise<void> {
    const { id, resumed } = this.run;
    const answer = await this.#deps.runs.progress(id, resumed, this.#tally.progress());
    if (answer === undefined) this.#end('deposed');
    else if (answer.cancelRequested) this.cancel();
  }

  #tellEvents(): void {
    const news = this.#tally.takeNews();
    if (news) this.#deps.emit({ type: 'warming-targets', job: this.#job.name, ...news });
  }

  async #keepEnd(state: 'done' | 'cancelled' | 'failed', code: string | undefined): Promise<void> {
    const { id, resumed } = this.run;
    for (let attempt = 1; attempt <= END_ATTEMPTS; attempt++) {
      try {
        return await this.#deps.runs.end(id, resumed, state, this.#tally.progress(), code);
      } catch (error) {
        if (attempt < END_ATTEMPTS) continue;
        const { name: job } = this.#job;
        this.#deps.logger.warn({ job, code: codeOf(error) }, 'the end of a warm-up was not kept');
      }
    }
  }

  #end(stop: Stop): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = stop;
    this.#stop.abort(new DOMException('the warm-up ended', 'AbortError'));
  }
}
