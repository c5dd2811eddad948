import type { Emit } from '../core/contracts.js';
import type { DurableQueue, QueuedItem } from '../core/durable-queue.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import type { WriteBehindSettings } from '../core/write-behind-options.js';
import { attemptPersist } from './write-behind-attempt.js';
import { WriteBehindLanes } from './write-behind-lanes.js';
import type { WriteBehindPayload } from './write-behind-payload.js';

export interface DrainParts {
  readonly queue: DurableQueue;
  readonly payload: WriteBehindPayload;
  readonly settings: WriteBehindSettings;
  /** Drops the cached entry of a write that the source never took, or that the cache may have missed. Never rejects. */
  readonly invalidate: (tenant: TenantId, id: EntryId) => Promise<unknown>;
  /** Resolves when no write of the entry in this process stands between the queue and the cache. */
  readonly settled: (tenant: TenantId, id: EntryId) => Promise<unknown> | undefined;
  readonly emit: Emit;
  readonly counters: { persisted: number; failed: number; buried: number };
  /** Without an answer for so long the queue counts as lost; shorter than its hold. */
  readonly trustMs: number;
}

type Verdict = { readonly attempts: number; readonly reason: string } | 'persisted';

const TAKE_MAX = 256;
/** Wait before the queue is told again of what it did not answer to. */
const ASK_AGAIN_MS = 500;
/** An empty queue is kept for so many looks, so that a steady trickle does not change hands. */
const IDLE_LOOKS = 2;

/** One tenant's queue while this process has it: what waits, what is being tried, and whether it is still ours. */
export class WriteBehindDrain {
  readonly #tenant: TenantId;
  readonly #parts: DrainParts;
  readonly #lanes = new WriteBehindLanes();
  readonly #stop = new AbortController();
  /** What became of items of which the queue has not heard. */
  readonly #verdicts = new Map<number, Verdict>();
  #anew = true;
  #again = false;
  #looking: Promise<boolean> | undefined;
  #idleLooks = 0;
  #trustedUntilMs = 0;

  constructor(tenant: TenantId, parts: DrainParts) {
    this.#tenant = tenant;
    this.#parts = parts;
  }

  get dueMs(): number {
    return this.#lanes.dueMs;
  }

  /** Whether something was appended that the last look may not have seen. */
  get again(): boolean {
    return this.#again;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Takes what was appended. False where the queue is another's, lost, or empty and given up: then this drain has ended. */
  look(giveUpAtOnce = false): Promise<boolean> {
    this.#again = true;
    this.#looking ??= this.#takeAll(giveUpAtOnce ? 1 : IDLE_LOOKS).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Tries an item, if one may be tried; resolves when that has ended. */
  start(nowMs: number): Promise<void> | undefined {
    if (this.#stop.signal.aborted || this.#lanes.running >= this.#parts.settings.concurrencyPerTenant) return undefined;
    const item = this.#lanes.next(nowMs);
    return item && this.#try(item);
  }

  async #takeAll(idleLooks: number): Promise<boolean> {
    const { queue, trustMs } = this.#parts;
    if (this.#stop.signal.aborted) return false;
    try {
      for (let more = true; more || this.#again; ) {
        this.#again = false;
        const askedMs = performance.now();
        const answer = await queue.take(this.#tenant, { anew: this.#anew, max: TAKE_MAX });
        if (answer.kind === 'held') return this.#end();
        this.#anew = false;
        this.#trustedUntilMs = askedMs + trustMs;
        for (const item of answer.items) this.#lanes.add(item);
        more = answer.more;
      }
      this.#idleLooks = this.#lanes.empty ? this.#idleLooks + 1 : 0;
      if (this.#idleLooks < idleLooks) return true;
      return (await queue.release(this.#tenant, true)) ? this.#end() : true;
    } catch {
      return performance.now() < this.#trustedUntilMs ? true : this.#end();
    }
  }

  #end(): false {
    this.#stop.abort();
    return false;
  }

  async #try({ id, sequence }: QueuedItem): Promise<void> {
    try {
      await this.#parts.settled(this.#tenant, id);
      const verdict = this.#verdicts.get(sequence) ?? (await this.#judge(id, sequence));
      if (typeof verdict === 'number') return this.#lanes.retry(id, performance.now() + verdict);
      if (verdict !== undefined) {
        this.#verdicts.set(sequence, verdict);
        await this.#tell(id, sequence, verdict);
        this.#verdicts.delete(sequence);
      }
      this.#lanes.finish(id);
    } catch {
      // The queue does not answer. What it does not hear of, whoever has it next tries again.
      this.#lanes.retry(id, performance.now() + ASK_AGAIN_MS);
    }
  }

  /** One attempt: what is to be told of it, the wait before the next one, or undefined where nothing is to be done. */
  async #judge(id: EntryId, sequence: number): Promise<Verdict | number | undefined> {
    const { queue, payload, settings, counters, emit } = this.#parts;
    const tenantId = this.#tenant;
    const begun = await queue.begin(tenantId, sequence);
    if (begun.kind === 'lost') this.#stop.abort();
    if (begun.kind !== 'begun') return undefined;
    const { attempt, enqueuedAtMs } = begun;
    // Its consumers died of it, or during it, so often.
    if (attempt > settings.maxAttempts) return { attempts: attempt - 1, reason: 'interrupted' };
    let value: unknown;
    try {
      value = await payload.unpack(tenantId, id, begun.payload);
    } catch {
      return { attempts: attempt, reason: 'unreadable' };
    }
    const colon = id.indexOf(':');
    const [resource, key] = [id.slice(0, colon), id.slice(colon + 1)];
    const item = { tenantId, resource, key, value, id: String(sequence), sequence, attempt, enqueuedAtMs };
    const persist = (signal: AbortSignal) => settings.persist(item, { signal });
    const outcome = await attemptPersist(persist, settings.timeoutMs, this.#stop.signal);
    if (outcome.kind === 'persisted') return 'persisted';
    if (outcome.kind === 'stopped') {
      await queue.putBack(tenantId, sequence);
      return undefined;
    }
    const dead = attempt >= settings.maxAttempts;
    counters.failed++;
    emit({ type: 'write-behind-failure', tenant: tenantId, resource, attempt, reason: outcome.reason, dead });
    return dead ? { attempts: attempt, reason: outcome.reason } : backoffMs(settings, attempt);
  }

  async #tell(id: EntryId, sequence: number, verdict: Verdict): Promise<void> {
    const { queue, counters, invalidate } = this.#parts;
    if (verdict === 'persisted') {
      if (!(await queue.done(this.#tenant, sequence, false))) {
        // Its writer may have died before its cache followed.
        await invalidate(this.#tenant, id);
        await queue.done(this.#tenant, sequence, true);
      }
      counters.persisted++;
    } else if (await queue.bury(this.#tenant, sequence, verdict.attempts, verdict.reason)) {
      counters.buried++;
      await invalidate(this.#tenant, id);
    }
  }
}

/** Doubles with each attempt; at random, so that what failed together does not come back together. */
function backoffMs({ firstBackoffMs, maxBackoffMs }: WriteBehindSettings, attempt: number): number {
  return Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(attempt - 1, 40)) * (0.5 + Math.random() / 2);
}
