import { randomUUID } from 'node:crypto';
import type { Emit, Logger } from '../core/contracts.js';
import { codeOf, fail, TenantCacheError } from '../core/errors.js';
import { invalidOption } from '../core/options.js';
import type { Leadership } from '../core/upkeep.js';
import type { NewWarmingRun, Warming, WarmingJob, WarmingQuery, WarmingRun, WarmingRunStore } from '../core/warming.js';
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
const TIDY_EVERY_MS = 3_600_000;

export interface WarmerDeps {
  readonly runs: WarmingRunStore;
  /** Undefined where all processes share the store of runs, which then says who may begin one. */
  readonly leadership: ((name: string) => Leadership) | undefined;
  /** Resolves when the shared store can serve. */
  readonly ready: () => Promise<void>;
  readonly emit: Emit;
  readonly logger: Logger;
  readonly times?: { readonly lookEveryMs?: number; readonly silentMs?: number; readonly progressEveryMs?: number };
}

interface Defined {
  readonly settings: JobSettings;
  readonly slots: SlotTimer | undefined;
  /** Its run at the start could not be begun yet. */
  startDue: boolean;
}

/** The warm-ups of this process: which there are, when they run, and those that run here. */
export class Warmer implements Warming {
  readonly #deps: WarmerDeps;
  readonly #leads: HeldLeads | undefined;
  readonly #jobs = new Map<string, Defined>();
  readonly #running = new Map<string, { readonly runner: WarmingRunner; readonly ended: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #tidyAtMs = 0;
  #closed = false;

  constructor(deps: WarmerDeps) {
    this.#deps = deps;
    this.#leads = deps.leadership && new HeldLeads(deps.leadership);
  }

  define(job: WarmingJob): void {
    if (this.#closed) throw fail('CACHE_CLOSED');
    const settings = jobSettings(job);
    const { name, schedule, atStart } = settings;
    if (this.#jobs.has(name)) throw invalidOption('warming.define()', `a second job ${name}`, 'each name once');
    const onSlot = (slotMs: number) => void this.#beginQuietly(name, { trigger: 'schedule', slotMs });
    const defined = { settings, slots: schedule && new SlotTimer({ schedule, onSlot }), startDue: atStart };
    this.#jobs.set(name, defined);
    this.#timer ??= setInterval(() => void this.look(), this.#deps.times?.lookEveryMs ?? LOOK_EVERY_MS).unref();
    // Not at once: whoever defines several defines them all before the first runs.
    if (atStart) queueMicrotask(() => void this.#startWhenReady(defined));
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
  async #startWhenReady(defined: Defined): Promise<void> {
    defined.startDue = false;
    const ready = await this.#deps.ready().then(
      () => true,
      () => false,
    );
    const wanted = { trigger: 'start', quietMs: START_QUIET_MS } as const;
    defined.startDue = !(ready && (await this.#beginQuietly(defined.settings.name, wanted)));
  }

  /** False where it is to be tried again; what another process began, or what began a moment ago, is what was wanted. */
  async #beginQuietly(job: string, wanted: Omit<NewWarmingRun, 'id' | 'job' | 'startedBy'>): Promise<boolean> {
    if (this.#closed) return true;
    try {
      // Whoever had its turn last has the next, or a run that ended soon would be begun again elsewhere.
      if (this.#leads && !(await this.#leads.take(`turn-of-warming-${job}`))) return true;
      await this.#begin(job, { ...wanted, startedBy: null });
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
    const every = times?.progressEveryMs === undefined ? {} : { progressEveryMs: times.progressEveryMs };
    const runner = new WarmingRunner(settings, run, { runs, emit, logger, ...every });
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
      if (defined.startDue) void this.#startWhenReady(defined);
      if (!this.#running.has(name)) await this.#takeOver(defined.settings);
    }
    if (this.#jobs.size > 0 && Date.now() >= this.#tidyAtMs) {
      this.#tidyAtMs = Date.now() + TIDY_EVERY_MS;
      await this.#deps.runs.tidy(Date.now() - KEEP_RUNS_MS).catch(() => {});
    }
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
