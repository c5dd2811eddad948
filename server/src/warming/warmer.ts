import { randomUUID } from 'node:crypto';
import type { Emit, Logger } from '../core/contracts.js';
import { codeOf, fail, TenantCacheError } from '../core/errors.js';
import { invalidOption } from '../core/options.js';
import type { Leadership } from '../core/upkeep.js';
import type { NewWarmingRun, Warming, WarmingJob, WarmingQuery, WarmingRun, WarmingRunStore } from '../core/warming.js';
import type { AwayTimes } from './away-targets.js';
import { HeldLeads } from './held-leads.js';
import { type JobSettings, jobSettings } from './job-settings.js';
import { SlotTimer } from './slot-timer.js';
import { WarmingRunner } from './warming-runner.js';

/** A run that was not heard of for so long has lost its process. */
export const SILENT_MS = 30_000;
const LOOK_EVERY_MS = 10_000;
/** Processes that start together warm once. */
const START_QUIET_MS = 60_000;
const KEEP_RUNS_MS = 30 * 86_400_000;
/** Far longer than any process that defines its job would leave it. */
const ABANDONED_MS = 3_600_000;
const TIDY_EVERY_MS = 600_000;

export interface WarmerDeps {
  readonly runs: WarmingRunStore;
  /** Undefined where all processes share the store of runs, which then says who may begin one. */
  readonly leadership: ((name: string) => Leadership) | undefined;
  /** Resolves when the shared store can serve. */
  readonly ready: () => Promise<void>;
  readonly emit: Emit;
  readonly logger: Logger;
  readonly times?: {
    readonly lookEveryMs?: number;
    readonly silentMs?: number;
    readonly progressEveryMs?: number;
    readonly away?: AwayTimes;
  };
}

/** A run that nobody asks for: at the start, or at a time of the schedule. */
type Due = { readonly trigger: 'start' } | { readonly trigger: 'schedule'; readonly slotMs: number };

interface Defined {
  readonly settings: JobSettings;
  readonly slots: SlotTimer | undefined;
  /** What is not begun yet; a later time of the schedule takes its place. */
  due: Due | undefined;
  /** The one that is being begun. */
  beginning: Due | undefined;
}

/** The warm-ups of this process: which there are, when they run, and those that run here. */
export class Warmer implements Warming {
  readonly #deps: WarmerDeps;
  readonly #leads: HeldLeads | undefined;
  readonly #jobs = new Map<string, Defined>();
  readonly #running = new Map<string, { readonly runner: WarmingRunner; readonly ended: Promise<void> }>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #tidyAtMs = 0;
  #closed = false;

  constructor(deps: WarmerDeps) {
    this.#deps = deps;
    const { leadership: open, times } = deps;
    this.#leads = open && new HeldLeads({ open, onLost: (lead, code) => this.#lost(lead, code) });
    // Also where no job is defined: runs of those that were are to be ended.
    this.#timer = setInterval(() => void this.look(), times?.lookEveryMs ?? LOOK_EVERY_MS).unref();
  }

  define(job: WarmingJob): void {
    if (this.#closed) throw fail('CACHE_CLOSED');
    const settings = jobSettings(job);
    const { name, schedule, atStart } = settings;
    if (this.#jobs.has(name)) throw invalidOption('warming.define()', `a second job ${name}`, 'each name once');
    const onSlot = (slotMs: number) => {
      defined.due = { trigger: 'schedule', slotMs };
      void this.#beginDue(defined);
    };
    const slots = schedule && new SlotTimer({ schedule, onSlot });
    const due: Due | undefined = atStart ? { trigger: 'start' } : undefined;
    const defined: Defined = { settings, slots, due, beginning: undefined };
    this.#jobs.set(name, defined);
    // Not at once: whoever defines several defines them all before the first runs.
    queueMicrotask(() => void this.#beginDue(defined));
  }

  jobs(): ReturnType<Warming['jobs']> {
    return [...this.#jobs.values()].map(({ settings: { name, schedule, atStart }, slots }) => ({
      name,
      schedule: schedule?.getPattern() ?? null,
      nextAtMs: slots?.nextAtMs ?? null,
      atStart,
    }));
  }

  async start(job: string, startedBy?: string): Promise<WarmingRun> {
    if (startedBy !== undefined && !(startedBy.length >= 1 && startedBy.length <= 200)) {
      throw invalidOption('warming.start()', `startedBy: ${startedBy.length} characters`, '1 to 200 characters');
    }
    return this.#begin(job, { trigger: 'demand', startedBy: startedBy ?? null });
  }

  async cancel(id: string): Promise<void> {
    if (!(await this.#deps.runs.requestCancel(id))) throw fail('WARMING_NOT_FOUND');
    for (const { runner } of this.#running.values()) if (runner.run.id === id) runner.cancel();
  }

  run(id: string): Promise<WarmingRun | undefined> {
    return this.#deps.runs.get(id);
  }

  runs(query: WarmingQuery): ReturnType<Warming['runs']> {
    return this.#deps.runs.list(query);
  }

  /** Begins what could not be begun before, and goes on with runs whose processes died. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Resolves when nothing runs here. */
  async idle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Runs of this process stay as they are, for others to go on with. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { slots } of this.#jobs.values()) slots?.close();
    await this.#looking;
    await Promise.all([...this.#running.values()].map(({ runner }) => runner.leave()));
    await this.#leads?.close();
  }

  /** Waited for by nobody: a store may take for ever to be ready. What it is not fit for is told elsewhere. */
  async #beginDue(defined: Defined): Promise<void> {
    const { due, settings } = defined;
    if (due === undefined || due === defined.beginning) return;
    defined.beginning = due;
    const ready = due.trigger === 'schedule' || (await isFulfilled(this.#deps.ready()));
    const begun = ready && (await this.#beginQuietly(settings.name, due));
    if (defined.beginning === due) defined.beginning = undefined;
    if (begun && defined.due === due) defined.due = undefined;
  }

  /** False where it is to be tried again; what another process began, or what began a moment ago, is what was wanted. */
  async #beginQuietly(job: string, due: Due): Promise<boolean> {
    if (this.#closed) return true;
    const quiet = due.trigger === 'start' && { quietMs: START_QUIET_MS };
    try {
      // Whoever had its turn last has the next, or a run that ended soon would be begun again elsewhere.
      if (this.#leads && !(await this.#leads.take(`turn-of-warming-${job}`))) return true;
      await this.#begin(job, { ...due, ...quiet, startedBy: null });
      return true;
    } catch (error) {
      if (error instanceof TenantCacheError && error.code === 'WARMING_RUNNING') return true;
      this.#deps.logger.warn({ job, code: codeOf(error) }, 'a warm-up could not be begun');
      return false;
    }
  }

  async #begin(job: string, wanted: Omit<NewWarmingRun, 'id' | 'job'>): Promise<WarmingRun> {
    if (this.#closed) throw fail('CACHE_CLOSED');
    const defined = this.#jobs.get(job);
    if (!defined) throw fail('WARMING_NOT_FOUND', { given: 'a job that this process does not define' });
    const { runs } = this.#deps;
    if (this.#leads && !(await this.#leads.take(leadOf(job)))) throw fail('WARMING_RUNNING');
    try {
      const run = await runs.begin({ id: randomUUID(), job, ...wanted });
      this.#run(defined.settings, run);
      return run;
    } catch (error) {
      if (!this.#running.has(job)) await this.#leads?.giveUp(leadOf(job));
      throw error;
    }
  }

  #run(settings: JobSettings, run: WarmingRun): void {
    const { name } = settings;
    const { runs, emit, logger, times } = this.#deps;
    const runner = new WarmingRunner(settings, run, { runs, emit, logger, ...times });
    const ended = runner.start().then(async () => {
      // By now the next may have begun, under the same lead.
      if (this.#running.get(name)?.runner !== runner) return;
      this.#running.delete(name);
      await this.#leads?.giveUp(leadOf(name));
    });
    this.#running.set(name, { runner, ended });
    // Begun while the cache was being closed.
    if (this.#closed) void runner.leave();
  }

  async #look(): Promise<void> {
    for (const [name, defined] of this.#jobs) {
      if (this.#closed) return;
      void this.#beginDue(defined);
      if (!this.#running.has(name)) await this.#takeOver(defined.settings);
    }
    if (performance.now() < this.#tidyAtMs) return;
    this.#tidyAtMs = performance.now() + TIDY_EVERY_MS;
    const { runs } = this.#deps;
    await Promise.allSettled([runs.tidy(Date.now() - KEEP_RUNS_MS), runs.abandon(ABANDONED_MS)]);
  }

  /** What goes on without its lead would go on beside the run of whoever has that now. */
  #lost(lead: string, code: string): void {
    for (const [job, { runner }] of this.#running) if (leadOf(job) === lead) runner.lose(code);
  }

  /** A store that does not answer is asked again with the next look. */
  async #takeOver(settings: JobSettings): Promise<void> {
    const silentMs = this.#deps.times?.silentMs ?? SILENT_MS;
    const run = await this.#deps.runs.takeOver(settings.name, silentMs).catch(() => undefined);
    if (run) this.#run(settings, run);
  }
}

function leadOf(job: string): string {
  return `warming-${job}`;
}

async function isFulfilled(promise: Promise<unknown>): Promise<boolean> {
  const [result] = await Promise.allSettled([promise]);
  return result.status === 'fulfilled';
}
