import type { Emit } from '../core/contracts.js';
import type { TenantCounters } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';
import type { UsageSink } from '../core/usage-sink.js';
import type { UsageLedger } from './usage-ledger.js';

/** Parts kept for a sink that is away; past it the oldest bucket is dropped, whose counts the day's part still has. */
const MAX_WAITING_PARTS = 100_000;

export interface UsageFlusherOptions {
  sink: UsageSink;
  ledger: UsageLedger;
  tenants: () => Iterable<{ tenant: TenantId; counters: TenantCounters }>;
  intervalMs: number;
  emit: Emit;
  now?: () => number;
}

/** Brings counters to the sink at the end of each bucket, on demand and at close; what fails is sent again. */
export class UsageFlusher {
  readonly #options: UsageFlusherOptions;
  readonly #now: () => number;
  readonly #waiting = new Map<string, UsagePart>();
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> | undefined;

  constructor(options: UsageFlusherOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    const { intervalMs } = this.#options;
    // Aligned to the clock, so that a bucket and a day end when the flush runs.
    const dueMs = intervalMs - (this.#now() % intervalMs);
    this.#timer = setTimeout(() => {
      this.flush()
        .catch(() => {})
        .finally(() => this.#timer && this.start());
    }, dueMs);
    this.#timer.unref();
  }

  /** Rejects with the sink's error; the counts stay and go with the next flush. */
  async flush(): Promise<void> {
    // Two callers must not send the same parts side by side; the second sends what came since.
    while (this.#underway) await this.#underway.catch(() => {});
    this.#underway = this.#send();
    try {
      await this.#underway;
    } finally {
      this.#underway = undefined;
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.flush();
  }

  async #send(): Promise<void> {
    const { sink, ledger, tenants, emit } = this.#options;
    const startedMs = performance.now();
    for (const { tenant, counters } of tenants()) {
      for (const part of ledger.parts(tenant, counters, this.#now())) this.#keep(part);
    }
    const parts = [...this.#waiting.values()];
    let ok = false;
    try {
      if (parts.length > 0) await sink.merge(parts);
      for (const part of parts) if (this.#waiting.get(keyOf(part)) === part) this.#waiting.delete(keyOf(part));
      ok = true;
    } finally {
      emit({ type: 'flush', ok, parts: parts.length, durationMs: performance.now() - startedMs });
    }
  }

  #keep(part: UsagePart): void {
    const key = keyOf(part);
    // A later part of the same bucket holds all the earlier one did.
    this.#waiting.delete(key);
    this.#waiting.set(key, part);
    if (this.#waiting.size > MAX_WAITING_PARTS) {
      const oldest = this.#waiting.keys().next().value;
      if (oldest !== undefined) this.#waiting.delete(oldest);
    }
  }
}

function keyOf(part: UsagePart): string {
  return `${part.tenantId} ${part.bucketStartMs}`;
}
