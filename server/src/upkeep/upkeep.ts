import type { Emit } from '../core/contracts.js';
import type { TenantDirectory } from '../core/directory.js';
import type { ReconcileTrigger } from '../core/events.js';
import type { SettleOutcome } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import type { GoneEntries, Leadership, ReconcileReport, StoreUpkeep } from '../core/upkeep.js';
import type { UpkeepSettings } from '../core/upkeep-options.js';
import type { Enrolment } from './enrolment.js';
import { EvictionWatch } from './eviction-watch.js';
import { LeaderSeat } from './leader-seat.js';
import { Patrol } from './patrol.js';
import { PeriodCloser } from './period-closer.js';
import { ReconcileQueue } from './reconcile-queue.js';
import { ReconcileTimes } from './reconcile-times.js';
import { reconcileTenant } from './reconciler.js';
import { RoundRecord } from './round-record.js';
import { Turns } from './turns.js';

/** A third of what a lease lasts, and short enough for a lost leadership to be noticed. */
const HEARTBEAT_MS = 2_000;
const LOOK_AT_SERVERS_MS = 5_000;
const KEEP_METERS_MS = 300_000;
const CLOSE_PERIODS_MS = 60_000;
const THOROUGH_EVERY_MS = 600_000;

export interface UpkeepDeps {
  readonly store: StoreUpkeep;
  readonly leadership: Leadership;
  readonly directory: Pick<TenantDirectory, 'keepMeters' | 'closePeriods'>;
  readonly enrolment: Enrolment;
  /**
   * Settles a tenant in bounded rounds, whether or not this process has it open.
   * @param thorough also down to a limit that was lowered unheard
   */
  readonly visit: (tenant: TenantId, thorough: boolean) => Promise<SettleOutcome>;
  /** Takes what a reconcile gave back into the tenant's figures: what a server evicted or lost, and what had expired. */
  readonly gone: (tenant: TenantId, gone: GoneEntries) => void;
  /** While the kill switch is on the store is left alone. */
  readonly paused: () => boolean;
  readonly emit: Emit;
  /** Undefined: this process enrols its tenants, and leaves the rest to others. */
  readonly settings: UpkeepSettings | undefined;
  readonly now?: () => number;
}

/** What one process does for all: patrol, reconciles, periods. Every process enrols; whoever leads does the rest. */
export class Upkeep {
  readonly #deps: UpkeepDeps;
  readonly #now: () => number;
  readonly #seat: LeaderSeat;
  readonly #periods: PeriodCloser;
  readonly #reconciles: ReconcileQueue;
  readonly #turns: Turns;
  readonly #watch: EvictionWatch;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #closed = false;
  /** Reconciles whose time is up to then are done or wait. */
  #plannedToMs: number | undefined;
  #thoroughAtMs = Number.NEGATIVE_INFINITY;
  readonly #rounds: RoundRecord;
  #closing: Promise<void> | undefined;
  #closeAgain = false;

  constructor(deps: UpkeepDeps) {
    this.#deps = deps;
    this.#now = deps.now ?? Date.now;
    this.#seat = new LeaderSeat(deps.leadership, deps.emit);
    this.#periods = new PeriodCloser(deps.directory, deps.emit);
    this.#reconciles = new ReconcileQueue({
      upkeep: deps.store,
      fence: () => (this.#mayWork() ? this.#seat.fence : undefined),
      onReport: (report, trigger) => this.#report(report, trigger),
      onGone: deps.gone,
      onFenced: () => void this.#seat.leave(),
    });
    this.#rounds = new RoundRecord(deps.store, () => (this.#mayWork() ? this.#seat.fence : undefined));
    this.#turns = new Turns(this.#now);
    this.#watch = new EvictionWatch(deps.store, this.#now);
    if (deps.settings) this.#plan(deps.settings);
  }

  start(): void {
    this.#timer = setInterval(() => void this.beat(), HEARTBEAT_MS).unref();
  }

  /** One heartbeat: enrols, and where it leads begins what is due. Never rejects. */
  beat(): Promise<void> {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  /**
   * Reconciles one tenant now, whoever leads.
   * @throws TenantCacheError `STORE_UNAVAILABLE`
   */
  async reconcile(
    tenant: TenantId,
    options: { readonly orphans?: boolean | undefined } = {},
  ): Promise<ReconcileReport> {
    const onGone = (gone: GoneEntries) => this.#deps.gone(tenant, gone);
    const report = (await reconcileTenant(this.#deps.store, tenant, { ...options, onGone })) as ReconcileReport;
    this.#report(report, 'demand');
    return report;
  }

  /** Resolves when what the heartbeats so far began has ended. */
  async idle(): Promise<void> {
    await this.#beating;
    await this.#turns.idle();
    await this.#closing?.catch(() => {});
    await this.#reconciles.idle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#beating;
    // Of a process that lived for less than a heartbeat too.
    if (!this.#deps.paused()) await this.#deps.enrolment.turn().catch(() => {});
    await Promise.all([this.#turns.idle(), this.#reconciles.close()]);
    await this.#closing?.catch(() => {});
    await this.#periods.keep().catch(() => {});
    if (this.#deps.settings) await this.#seat.leave();
  }

  async #beat(): Promise<void> {
    if (this.#closed) return;
    if (!this.#deps.paused()) await this.#deps.enrolment.turn().catch(() => {});
    if (!this.#deps.settings) return;
    if ((await this.#seat.beat()) !== undefined) return this.#turns.begin();
    this.#turns.postpone();
    this.#watch.forget();
    this.#plannedToMs = undefined;
    this.#rounds.forget();
  }

  #mayWork(): boolean {
    return !this.#closed && this.#seat.fence !== undefined && !this.#deps.paused();
  }

  #plan({ patrolEveryMs, reconcileEveryMs, maxTenantsPerSecond }: UpkeepSettings): void {
    const { store, visit } = this.#deps;
    const times = new ReconcileTimes(reconcileEveryMs);
    let round = { fromMs: 0, toMs: 0, thorough: false };
    const patrol = new Patrol({
      upkeep: store,
      visit: async (tenant) => {
        const outcome = await this.#rounds.visit(tenant, visit(tenant, round.thorough));
        const { usedBytes, meters } = outcome;
        this.#periods.read({ tenantId: tenant, atMs: this.#now(), usedBytes, meters });
        return outcome;
      },
      onTenant: (tenant) => {
        if (times.isDue(tenant, round.fromMs, round.toMs)) this.#reconciles.add(tenant, 'schedule');
      },
      maxTenantsPerSecond,
      goOn: () => this.#rounds.goOn(),
    });
    this.#turns.every(patrolEveryMs, async (sinceMs, nowMs) => {
      if (!this.#mayWork()) return;
      // A leader that is new does what may have come due while nobody led.
      const thorough = nowMs - this.#thoroughAtMs >= THOROUGH_EVERY_MS;
      round = { fromMs: this.#plannedToMs ?? sinceMs - patrolEveryMs, toMs: nowMs, thorough };
      const startedMs = performance.now();
      this.#rounds.begin(nowMs);
      const tenants = await patrol.round();
      await this.#rounds.end();
      if (!this.#mayWork()) return;
      this.#plannedToMs = nowMs;
      if (thorough) this.#thoroughAtMs = nowMs;
      this.#deps.emit({ type: 'patrol', tenants, durationMs: Math.round(performance.now() - startedMs) });
      // At once, so that as little as can be of what was read is of the next period; not waited for.
      void this.#closePeriods().catch(() => {});
    });
    this.#turns.every(LOOK_AT_SERVERS_MS, async () => {
      if (!this.#mayWork()) return;
      const risen = await this.#watch.risen();
      if (risen.size > 0 && (await this.#reconcileAllOf(risen))) this.#watch.attended(risen);
    });
    this.#turns.every(KEEP_METERS_MS, () => this.#periods.keep());
    this.#turns.every(CLOSE_PERIODS_MS, () => this.#closePeriods());
  }

  #closePeriods(): Promise<void> {
    this.#closeAgain = this.#closing !== undefined;
    this.#closing ??= this.#closeWhatWasRead().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  /** Only what ended before the meters of all tenants were read: what a later end would need is not known yet. */
  async #closeWhatWasRead(): Promise<void> {
    do {
      this.#closeAgain = false;
      const readFromMs = this.#rounds.lastCompleteFromMs;
      if (readFromMs !== undefined) await this.#periods.close(readFromMs, () => !this.#closed);
    } while (this.#closeAgain && !this.#closed);
  }

  /** Whether all of their tenants are waiting now. */
  async #reconcileAllOf(nodes: ReadonlyMap<string, number>): Promise<boolean> {
    const { store } = this.#deps;
    let after: string | undefined;
    do {
      const page = await store.roll(after, 1_000);
      for (const tenant of page.tenants) {
        if (nodes.has(store.nodeOf(tenant) ?? '')) this.#reconciles.add(tenant, 'server-evictions');
      }
      after = page.next;
    } while (after !== undefined && this.#mayWork());
    return after === undefined;
  }

  #report(report: ReconcileReport, trigger: ReconcileTrigger): void {
    const { tenantId, looked: _looked, steps: _steps, expiredEntries: _expired, ...figures } = report;
    this.#deps.emit({ type: 'reconciled', tenant: tenantId, trigger, ...figures });
  }
}
