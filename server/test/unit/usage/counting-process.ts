import { resourceOf, TenantCounters } from '../../../src/core/counters.js';
import { fail } from '../../../src/core/errors.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import type { UsageJournal } from '../../../src/core/usage-journal.js';
import type { UsagePart } from '../../../src/core/usage-part.js';
import type { MergeReport, UsageSink } from '../../../src/core/usage-sink.js';
import { MemoryJournalData, MemoryUsageJournal } from '../../../src/testing/memory-usage-journal.js';
import { MemoryUsageSink } from '../../../src/testing/memory-usage-sink.js';
import { UsageFlusher } from '../../../src/usage/usage-flusher.js';
import { UsageJournaller } from '../../../src/usage/usage-journaller.js';
import { UsageLedger } from '../../../src/usage/usage-ledger.js';

export const INTERVAL_MS = 60_000;
export const START_MS = Date.UTC(2026, 10, 21, 23, 50);

/** A sink that can be away, refuse a tenant, or take what comes and fail all the same. */
export class FaultySink implements UsageSink {
  readonly #sink = new MemoryUsageSink();
  away = false;
  failsAfterCommit = false;
  refuses: ReadonlySet<string> = new Set();
  merges: (readonly UsagePart[])[] = [];

  async merge(parts: readonly UsagePart[]): Promise<MergeReport> {
    if (this.away) throw fail('DIRECTORY_UNAVAILABLE', { given: 'the sink is away' });
    if (parts.some((part) => this.refuses.has(part.tenantId))) throw new Error('refused');
    this.merges.push(parts);
    const report = await this.#sink.merge(parts);
    if (this.failsAfterCommit) throw new Error('connection lost after the commit');
    return report;
  }

  day(tenant: TenantId, date: string) {
    return this.#sink.day(tenant, date);
  }

  async close(): Promise<void> {}
}

/** What one process counts and does with it; killed where it is dropped. */
export class CountingProcess {
  readonly counters = new Map<TenantId, TenantCounters>();
  readonly journal: UsageJournal;
  readonly ledger: UsageLedger;
  readonly journaller: UsageJournaller;
  readonly flusher: UsageFlusher;
  readonly events: CacheEvent[] = [];
  journalAway = false;

  constructor(
    epoch: string,
    readonly now: () => number,
    data: MemoryJournalData,
    sink: UsageSink,
  ) {
    const journal = new MemoryUsageJournal(data);
    this.journal = {
      put: async (parts) => {
        if (this.journalAway) throw fail('STORE_UNAVAILABLE');
        await journal.put(parts);
      },
      tenants: (after, count) => journal.tenants(after, count),
      read: (tenants) => journal.read(tenants),
      forget: (parts) => journal.forget(parts),
      incarnation: () => journal.incarnation(),
    };
    this.ledger = new UsageLedger(epoch, INTERVAL_MS);
    const common = {
      journal: this.journal,
      ledger: this.ledger,
      tenants: () => this.tenants(),
      emit: (event: CacheEvent) => void this.events.push(event),
      now,
    };
    this.journaller = new UsageJournaller({ ...common, away: () => false });
    this.flusher = new UsageFlusher({ ...common, sink, intervalMs: INTERVAL_MS });
  }

  *tenants() {
    for (const [tenant, counters] of this.counters) yield { tenant, counters };
  }

  count(name: string, requests: number): void {
    const tenant = tenantId(name);
    let counters = this.counters.get(tenant);
    if (counters === undefined) {
      counters = Object.assign(new TenantCounters(), { sinceMs: this.now() });
      this.counters.set(tenant, counters);
    }
    counters.requests += requests;
    resourceOf(counters, 'r').requests += requests;
  }

  /** Whether the tenant could leave. */
  leave(name: string): boolean {
    const tenant = tenantId(name);
    const counters = this.counters.get(tenant);
    if (counters === undefined || !this.ledger.isSafe(tenant, counters, this.journal.incarnation())) return false;
    this.ledger.forget(tenant);
    return this.counters.delete(tenant);
  }
}

export function oneProcess() {
  let nowMs = START_MS;
  const now = () => nowMs;
  const journalData = new MemoryJournalData();
  const sink = new FaultySink();
  return {
    now,
    journalData,
    sink,
    process: new CountingProcess('p', now, journalData, sink),
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Requests of all days. */
    day: (name: string) =>
      ['2026-11-21', '2026-11-22'].reduce((sum, date) => sum + sink.day(tenantId(name), date).requests, 0),
  };
}
