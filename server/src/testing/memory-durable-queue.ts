import {
  type AppendAnswer,
  type BeginAnswer,
  type DeadItem,
  type DurableQueue,
  ITEM_OVERHEAD_BYTES,
  type QueueBounds,
  type QueueSize,
  type TakeAnswer,
} from '../core/durable-queue.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';

interface Item {
  readonly sequence: number;
  readonly id: EntryId;
  readonly payload: Buffer;
  readonly enqueuedAtMs: number;
  attempts: number;
}

class TenantItems {
  /** The last that was appended. */
  sequence = 0;
  readonly waiting = new Map<number, Item>();
  readonly dead = new Map<number, Item & DeadItem>();
  readonly newest = new Map<EntryId, number>();
  readonly unconfirmed = new Set<number>();
  bytes = 0;
  owner: MemoryDurableQueue | undefined;
  ownedUntilMs = 0;
  /** The last sequence that the owner was given. */
  handedOut = 0;
}

/** What one memory queue holds; two that share it stand for two processes. */
export class MemoryQueueData {
  readonly tenants = new Map<TenantId, TenantItems>();
  /** Over all tenants, from the clock, so that a later process counts on. */
  sequence: number;

  constructor(nowMs: number) {
    this.sequence = (nowMs - 1_735_689_600_000) * 64;
  }
}

export interface MemoryQueueOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Default 10 s. */
  holdMs?: number;
  data?: MemoryQueueData;
}

/** The queue where no Redis is configured: ordered and bounded as that is, gone with the process. */
export class MemoryDurableQueue implements DurableQueue {
  readonly #now: () => number;
  readonly #holdMs: number;
  readonly #data: MemoryQueueData;

  constructor(options: MemoryQueueOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#holdMs = options.holdMs ?? 10_000;
    this.#data = options.data ?? new MemoryQueueData(this.#now());
  }

  /** Another process on the same queue. */
  sibling(): MemoryDurableQueue {
    return new MemoryDurableQueue({ now: this.#now, holdMs: this.#holdMs, data: this.#data });
  }

  async append(tenant: TenantId, id: EntryId, payload: Buffer, bounds: QueueBounds): Promise<AppendAnswer> {
    const data = this.#data.tenants.get(tenant) ?? new TenantItems();
    const replaced = bounds.coalesce ? data.waiting.get(data.newest.get(id) ?? 0) : undefined;
    const bytes = data.bytes + itemBytes(id, payload) - (replaced ? itemBytes(id, replaced.payload) : 0);
    const items = data.waiting.size + data.dead.size;
    if (bytes > bounds.maxBytes || items + (replaced ? 0 : 1) > bounds.maxItems) {
      return { kind: 'full', bytes: data.bytes, items };
    }
    this.#data.tenants.set(tenant, data);
    if (replaced) this.#take(data, data.waiting, replaced.sequence);
    const sequence = this.#push(data, id, payload);
    data.unconfirmed.add(sequence);
    return { kind: 'queued', sequence };
  }

  async confirm(tenant: TenantId, id: EntryId, sequence: number): Promise<boolean> {
    const data = this.#data.tenants.get(tenant);
    data?.unconfirmed.delete(sequence);
    return (data?.newest.get(id) ?? data?.sequence) === sequence;
  }

  async newest(tenant: TenantId, ids: readonly EntryId[]): Promise<(Buffer | undefined)[]> {
    const data = this.#data.tenants.get(tenant);
    return ids.map((id) => data?.waiting.get(data.newest.get(id) ?? 0)?.payload);
  }

  async take(tenant: TenantId, { anew, max }: { anew: boolean; max: number }): Promise<TakeAnswer> {
    const data = this.#data.tenants.get(tenant);
    if (data === undefined) return { kind: 'taken', items: [], more: false };
    if (data.owner !== undefined && data.owner !== this && data.ownedUntilMs > this.#now()) return { kind: 'held' };
    if (data.owner !== this || anew) data.handedOut = 0;
    data.owner = this;
    this.#holds(data);
    const items = [];
    for (const item of data.waiting.values()) {
      if (item.sequence <= data.handedOut) continue;
      if (items.length === max) return { kind: 'taken', items, more: true };
      items.push({ sequence: item.sequence, id: item.id });
      data.handedOut = item.sequence;
    }
    return { kind: 'taken', items, more: false };
  }

  async begin(tenant: TenantId, sequence: number): Promise<BeginAnswer> {
    const data = this.#data.tenants.get(tenant);
    if (!this.#holds(data)) return { kind: 'lost' };
    const item = data.waiting.get(sequence);
    if (item === undefined) return { kind: 'gone' };
    return { kind: 'begun', attempt: ++item.attempts, enqueuedAtMs: item.enqueuedAtMs, payload: item.payload };
  }

  async putBack(tenant: TenantId, sequence: number): Promise<void> {
    const data = this.#data.tenants.get(tenant);
    const item = data?.waiting.get(sequence);
    if (item && this.#holds(data)) item.attempts--;
  }

  async done(tenant: TenantId, sequence: number, regardless: boolean): Promise<boolean> {
    const data = this.#data.tenants.get(tenant);
    if (!regardless && data?.unconfirmed.has(sequence)) return false;
    if (data) this.#take(data, data.waiting, sequence);
    return true;
  }

  async bury(tenant: TenantId, sequence: number, attempts: number, reason: string): Promise<boolean> {
    const data = this.#data.tenants.get(tenant);
    if (!this.#holds(data)) return false;
    const item = this.#take(data, data.waiting, sequence);
    if (item) {
      data.dead.set(sequence, { ...item, attempts, reason, failedAtMs: this.#now() });
      data.bytes += itemBytes(item.id, item.payload);
    }
    return true;
  }

  async release(tenant: TenantId, ifEmpty: boolean): Promise<boolean> {
    const data = this.#data.tenants.get(tenant);
    if (data === undefined || (data.owner !== undefined && data.owner !== this)) return true;
    if (ifEmpty && data.waiting.size > 0) return false;
    data.owner = undefined;
    if (data.waiting.size + data.dead.size === 0) this.#data.tenants.delete(tenant);
    return true;
  }

  async tenants(): Promise<TenantId[]> {
    return [...this.#data.tenants.keys()];
  }

  async size(tenant: TenantId): Promise<QueueSize> {
    const data = this.#data.tenants.get(tenant);
    return { items: data?.waiting.size ?? 0, deadLetters: data?.dead.size ?? 0, bytes: data?.bytes ?? 0 };
  }

  async deadLetters(tenant: TenantId, after: number, max: number): Promise<DeadItem[]> {
    const letters = [...(this.#data.tenants.get(tenant)?.dead.values() ?? [])].filter(
      (letter) => letter.sequence > after,
    );
    return letters
      .sort((a, b) => a.sequence - b.sequence)
      .slice(0, max)
      .map(({ sequence, id, attempts, reason, enqueuedAtMs, failedAtMs }) => {
        return { sequence, id, attempts, reason, enqueuedAtMs, failedAtMs };
      });
  }

  async deadPayload(tenant: TenantId, sequence: number): Promise<Buffer | undefined> {
    return this.#data.tenants.get(tenant)?.dead.get(sequence)?.payload;
  }

  async replay(tenant: TenantId, sequences: readonly number[]): Promise<EntryId[]> {
    const data = this.#data.tenants.get(tenant);
    return this.#exhume(data, sequences).map((letter) => {
      this.#push(data as TenantItems, letter.id, letter.payload);
      return letter.id;
    });
  }

  async discard(tenant: TenantId, sequences: readonly number[]): Promise<number> {
    return this.#exhume(this.#data.tenants.get(tenant), sequences).length;
  }

  #exhume(data: TenantItems | undefined, sequences: readonly number[]): Item[] {
    if (data === undefined) return [];
    return sequences.map((sequence) => this.#take(data, data.dead, sequence)).filter((letter) => letter !== undefined);
  }

  #push(data: TenantItems, id: EntryId, payload: Buffer): number {
    const sequence = ++this.#data.sequence;
    data.sequence = sequence;
    data.waiting.set(sequence, { sequence, id, payload, enqueuedAtMs: this.#now(), attempts: 0 });
    data.newest.set(id, sequence);
    data.bytes += itemBytes(id, payload);
    return sequence;
  }

  #take<T extends Item>(data: TenantItems, from: Map<number, T>, sequence: number): T | undefined {
    const item = from.get(sequence);
    if (item === undefined) return undefined;
    from.delete(sequence);
    data.unconfirmed.delete(sequence);
    data.bytes -= itemBytes(item.id, item.payload);
    if (data.newest.get(item.id) === sequence) data.newest.delete(item.id);
    return item;
  }

  #holds(data: TenantItems | undefined): data is TenantItems {
    if (data?.owner !== this) return false;
    data.ownedUntilMs = this.#now() + this.#holdMs;
    return true;
  }
}

function itemBytes(id: EntryId, payload: Buffer): number {
  return Buffer.byteLength(id) + payload.length + ITEM_OVERHEAD_BYTES;
}
