import type { Codec, Emit, Sealer } from '../core/contracts.js';
import type { DurableQueue } from '../core/durable-queue.js';
import { fail } from '../core/errors.js';
import { invalidOption } from '../core/options.js';
import type { EntryId } from '../core/resource.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import type { TenantIdRule } from '../core/tenant-id-option.js';
import type { WriteBehindSettings } from '../core/write-behind-options.js';
import type { SetResult } from './set-result.js';
import { type ConsumerTimes, WriteBehindConsumer } from './write-behind-consumer.js';
import { WriteBehindPayload } from './write-behind-payload.js';
import { WriteOrder } from './write-order.js';
import { type CacheSteps, follow } from './write-through.js';

/** What the cache made of an acknowledged write; `id` is the one that `persist` will be given. */
export interface WriteBehindResult extends SetResult {
  readonly id: string;
}

/** What waits for a tenant. `bytes` counts both, with 128 per item. */
export interface WriteBehindPending {
  readonly items: number;
  readonly deadLetters: number;
  readonly bytes: number;
}

/** A write that was given up. `reason`: `timeout`, `interrupted`, `unreadable`, or the error's code or name. */
export interface DeadLetter {
  readonly id: string;
  readonly resource: string;
  readonly key: string;
  readonly attempts: number;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly enqueuedAtMs: number;
  readonly failedAtMs: number;
}

/** Dead letters and what waits, for those who look after them; `cache.writeBehind`. */
export interface WriteBehindAdmin {
  pending(tenant: string): Promise<WriteBehindPending>;
  /** In the order of their writes, at most `limit` (default 100, at most 1,000), those after the id `after`. */
  deadLetters(tenant: string, page?: { after?: string; limit?: number }): Promise<DeadLetter[]>;
  /** The value of one; undefined where there is no such dead letter. */
  deadValue(tenant: string, id: string): Promise<unknown>;
  /** Queues them again, each as the newest write of its key and under a new id; how many were there. */
  replay(tenant: string, ids: readonly string[]): Promise<number>;
  discard(tenant: string, ids: readonly string[]): Promise<number>;
}

export interface WriteBehindParts {
  queue: DurableQueue;
  settings: WriteBehindSettings;
  /** Default: the grammar alone. */
  tenantId?: TenantIdRule;
  codec: Codec;
  sealer: Sealer | undefined;
  /** As `TenantCache.delete`, of a tenant that is suspended as well. */
  invalidate: (tenant: TenantId, id: EntryId) => Promise<unknown>;
  emit: Emit;
  times?: Partial<ConsumerTimes & { trustMs: number }>;
}

/** Below the 10 s for which the queue holds a tenant for its consumer. */
const TRUST_MS = 8_000;
const MAX_IDS = 1_000;

/** Writes that are acknowledged once they are queued and readable, and brought to the source afterwards. */
export class WriteBehind implements WriteBehindAdmin {
  /** Of this process, since it started. */
  readonly counters = { queued: 0, refused: 0, persisted: 0, failed: 0, buried: 0 };
  readonly #parts: WriteBehindParts;
  readonly #tenantId: TenantIdRule;
  readonly #payload: WriteBehindPayload;
  readonly #order = new WriteOrder();
  readonly #consumer: WriteBehindConsumer | undefined;

  constructor(parts: WriteBehindParts) {
    this.#parts = parts;
    this.#tenantId = parts.tenantId ?? tenantId;
    this.#payload = new WriteBehindPayload(parts.codec, parts.sealer);
    const { queue, settings, emit, times } = parts;
    const invalidate = (tenant: TenantId, id: EntryId) => parts.invalidate(tenant, id).catch(() => {});
    const drain = { queue, settings, invalidate, emit, payload: this.#payload, counters: this.counters };
    const settled = (tenant: TenantId, id: EntryId) => this.#order.pending(tenant, id);
    const trustMs = times?.trustMs ?? TRUST_MS;
    if (settings.consume) this.#consumer = new WriteBehindConsumer({ ...drain, settled, trustMs }, times);
  }

  /** Begins to persist, also what earlier processes left. */
  start(): void {
    this.#consumer?.start();
  }

  /** Persists on for the drain timeout; what is left stays queued, where the queue outlives this process. */
  async close(): Promise<void> {
    await this.#consumer?.close(this.#parts.settings.drainTimeoutMs);
  }

  /**
   * Queues a value and lets the cache follow.
   * @throws TenantCacheError `WRITE_BEHIND_FULL`, `VALUE_NOT_CACHEABLE`: nothing is queued; `STORE_UNAVAILABLE`: not
   * acknowledged, and queued or not
   */
  async write(tenant: TenantId, id: EntryId, value: unknown, steps: CacheSteps): Promise<WriteBehindResult> {
    const { queue, settings } = this.#parts;
    const payload = await this.#payload.pack(tenant, id, value);
    const bounds = {
      maxBytes: settings.maxQueuedBytes,
      maxItems: settings.maxQueuedItems,
      coalesce: settings.coalesce,
    };
    const result = await this.#order.run(tenant, id, async () => {
      const answer = await queue.append(tenant, id, payload, bounds);
      if (answer.kind === 'full') {
        this.counters.refused++;
        throw fail('WRITE_BEHIND_FULL', {
          given: `${payload.length} bytes, with ${answer.bytes} bytes and ${answer.items} items in the queue`,
          allowed: `${settings.maxQueuedBytes} bytes and ${settings.maxQueuedItems} items`,
          todo: 'see why persist is slow or fails, and replay or discard dead letters',
        });
      }
      this.counters.queued++;
      const followed = await follow(steps);
      // Of two processes that write one key, the one that queued first may come to the cache last.
      const newest = await queue.confirm(tenant, id, answer.sequence).catch(() => false);
      if (!newest) await steps.invalidate();
      return { ...followed, stored: followed.stored && newest, id: String(answer.sequence) };
    });
    this.#consumer?.notify(tenant);
    return result;
  }

  /**
   * The values that wait to be persisted, by id: what a load would read is older. Empty where the queue does not answer.
   */
  async waiting(tenant: TenantId, ids: readonly EntryId[]): Promise<Map<EntryId, unknown>> {
    const found = new Map<EntryId, unknown>();
    const payloads = await this.#parts.queue.newest(tenant, ids).catch(() => []);
    for (const [index, payload] of payloads.entries()) {
      const id = ids[index] as EntryId;
      if (payload === undefined) continue;
      try {
        found.set(id, await this.#payload.unpack(tenant, id, payload));
      } catch {
        this.#parts.emit({ type: 'unreadable-entry', tenant, reason: 'write-behind' });
      }
    }
    return found;
  }

  pending(tenant: string): Promise<WriteBehindPending> {
    return this.#parts.queue.size(this.#tenantId(tenant));
  }

  async deadLetters(tenant: string, page: { after?: string; limit?: number } = {}): Promise<DeadLetter[]> {
    const limit = page.limit ?? 100;
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > 1_000) {
      throw invalidOption('deadLetters()', `limit: ${limit}`, 'a whole number from 1 to 1000');
    }
    const after = page.after === undefined ? 0 : sequenceOf(page.after);
    const letters = await this.#parts.queue.deadLetters(this.#tenantId(tenant), after, limit);
    return letters.map(({ sequence, id, ...letter }) => {
      const colon = id.indexOf(':');
      return { id: String(sequence), resource: id.slice(0, colon), key: id.slice(colon + 1), ...letter };
    });
  }

  async deadValue(tenant: string, id: string): Promise<unknown> {
    const { queue } = this.#parts;
    const [owner, sequence] = [this.#tenantId(tenant), sequenceOf(id)];
    const [letter] = await queue.deadLetters(owner, sequence - 1, 1);
    const payload = letter?.sequence === sequence ? await queue.deadPayload(owner, sequence) : undefined;
    return letter && payload && this.#payload.unpack(owner, letter.id, payload);
  }

  async replay(tenant: string, ids: readonly string[]): Promise<number> {
    const owner = this.#tenantId(tenant);
    const replayed = await this.#parts.queue.replay(owner, sequencesOf(ids));
    // What was cached since was read from a source without this write.
    await Promise.all(replayed.map((id) => this.#parts.invalidate(owner, id)));
    this.#consumer?.notify(owner);
    return replayed.length;
  }

  async discard(tenant: string, ids: readonly string[]): Promise<number> {
    return this.#parts.queue.discard(this.#tenantId(tenant), sequencesOf(ids));
  }
}

function sequencesOf(ids: readonly string[]): number[] {
  if (Array.isArray(ids) && ids.length <= MAX_IDS) return ids.map(sequenceOf);
  throw invalidOption('writeBehind', 'ids', `an array of at most ${MAX_IDS} ids`);
}

function sequenceOf(id: unknown): number {
  if (typeof id === 'string' && /^\d{1,15}$/.test(id)) return Number(id);
  throw invalidOption('writeBehind', 'an id that no item has', 'an id as deadLetters() gives it');
}
