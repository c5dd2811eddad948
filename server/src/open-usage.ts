import { randomUUID } from 'node:crypto';
import { TenantAdvisor } from './advice/tenant-advisor.js';
import { AlertEvaluator } from './alerts/alert-evaluator.js';
import { WebhookSender } from './alerts/webhook-sender.js';
import { IdleTenants } from './cache/idle-tenants.js';
import type { Advisor } from './core/advice.js';
import type { AlertStore } from './core/alerts.js';
import type { ResolvedCacheOptions } from './core/cache-options.js';
import { isDatasetOwner } from './core/dataset.js';
import type { EventHub } from './core/events.js';
import type { TenantId } from './core/tenant-id.js';
import type { Engine } from './open-engine.js';
import { MemoryAlertStore } from './testing/memory-alert-store.js';
import { CrossingOutbox } from './usage/crossing-outbox.js';
import { LeaderRounds, type LeaderTask } from './usage/leader-rounds.js';
import { UsageCollector } from './usage/usage-collector.js';
import { UsageFlusher } from './usage/usage-flusher.js';
import { UsageJournaller } from './usage/usage-journaller.js';
import { UsageLedger } from './usage/usage-ledger.js';
import { VERSION } from './version.js';

/** A tenant leaves the process ten minutes after its last call, give or take this. */
const LOOK_FOR_IDLE_EVERY_MS = 60_000;

export interface Usage {
  readonly alertStore: AlertStore;
  readonly alerts: AlertEvaluator;
  /** Undefined where nothing is kept to advise from. */
  readonly advisor: Advisor | undefined;
  start(): void;
  /** Rejects with the sink's error; what it did not take goes with the next flush. */
  flush(): Promise<void>;
  /** Ends what this process does for all; before upkeep is closed. */
  closeRounds(): Promise<void>;
  /** Brings the last counts where they outlive the process; once nothing is counted any more. Rejects where it cannot. */
  close(): Promise<void>;
}

/** What becomes of events and counters, off the path of requests: figures, alerts and advice. */
export function openUsage(options: ResolvedCacheOptions, engine: Engine, hub: EventHub): Usage {
  const { usage: sink, usageIntervalMs: intervalMs, logger, webhooks } = options;
  const { registry, store, fleet, visits, tier, samplers, usageJournal } = engine;
  const { emit } = hub;
  const journal = sink && usageJournal;
  const ledger = new UsageLedger(randomUUID(), intervalMs);
  const tenants = () => registry.tenants();
  const bypassed = () => fleet.record.sharedStoreBypassed;
  const away = (tenant: TenantId) => bypassed() || store.state(tenant) === 'down';

  const journaller = journal && new UsageJournaller({ journal, ledger, tenants, away, emit });
  const flusher =
    sink && new UsageFlusher({ sink, ledger, tenants, journal, emit, intervalMs, everything: !options.upkeep });
  const collector = sink && journal && new UsageCollector({ journal, sink, emit, intervalMs, paused: bypassed });
  if (collector) hub.on(collector.observe);
  const crossed = sink?.crossed?.bind(sink);
  const outbox = crossed && new CrossingOutbox({ crossed });
  if (outbox) hub.on(outbox.observe);

  const idle = new IdleTenants({
    registry,
    release: (tenant) => tier.release(tenant),
    safe: ({ tenant, counters }) =>
      !sink || isDatasetOwner(tenant) || ledger.isSafe(tenant, counters, journal?.incarnation()),
  });
  registry.onLeave((tenant) => ledger.forget(tenant));
  let idleTimer: NodeJS.Timeout | undefined;

  const alertStore = sink?.alerts ?? new MemoryAlertStore();
  const alerts = new AlertEvaluator({
    store: alertStore,
    reader: sink?.reader,
    emit,
    look: (tenant) => visits.visit(tenant, true),
  });
  visits.onUse = (tenant, usedBytes, quotaBytes) => {
    if (!isDatasetOwner(tenant)) alerts.usage(tenant, usedBytes, quotaBytes, Date.now());
  };
  hub.on((event) => {
    if (event.type === 'quota-state' && !isDatasetOwner(event.tenant))
      alerts.usage(event.tenant, event.usedBytes, event.quotaBytes, event.atMs);
  });
  const rounds = new LeaderRounds({ everyMs: intervalMs, tasks: [...leaderTasks(options, alerts)], logger });
  hub.on(rounds.observe);
  const sends = () => rounds.leading;
  const sender = new WebhookSender({ webhooks: alertStore.webhooks, emit, version: VERSION, ...webhooks, sends });
  const { curves, reader } = sink ?? {};
  const advisor = curves || reader ? new TenantAdvisor({ curves, usage: reader }) : undefined;
  const saving = samplers && setInterval(() => void samplers.flush().catch(() => {}), intervalMs).unref();

  return {
    alertStore,
    alerts,
    advisor,
    start() {
      journaller?.start();
      flusher?.start();
      collector?.start();
      rounds.start();
      sender.start();
      idleTimer = setInterval(() => void idle.pass(), LOOK_FOR_IDLE_EVERY_MS).unref();
    },
    async flush() {
      await Promise.all([flusher?.flush(), outbox?.flush(), samplers?.flush(), alerts.flush()]);
    },
    async closeRounds() {
      clearInterval(idleTimer);
      clearInterval(saving);
      await Promise.all([rounds.close(), collector?.close(), sender.close()]);
    },
    async close() {
      await journaller?.close();
      // Samples are worth nothing to who is not there to be advised: their store's absence fails nobody's close.
      await samplers?.flush().catch(() => {});
      const results = await Promise.allSettled([flusher?.close(), outbox?.close(), alerts.close()]);
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
  };
}

function leaderTasks({ usage: sink, datasets }: ResolvedCacheOptions, alerts: AlertEvaluator): LeaderTask[] {
  const { curves, sharedAccess } = sink ?? {};
  const tasks: LeaderTask[] = [];
  if (sink?.reader) tasks.push({ name: 'alerts', run: (nowMs) => alerts.rates(nowMs) });
  if (sink?.tidy) tasks.push({ name: 'tidy usage', run: async (nowMs) => sink.tidy?.(nowMs) });
  if (curves) tasks.push({ name: 'tidy samples', run: (nowMs) => curves.tidy(nowMs) });
  if (sharedAccess && datasets.size > 0) {
    const run = async (nowMs: number) => {
      for (const { dataset, keepAccessMs } of datasets.values()) {
        await sharedAccess.tidy(dataset, nowMs - keepAccessMs);
      }
    };
    tasks.push({ name: 'tidy shared access', run });
  }
  return tasks;
}
