import type { Redis } from 'ioredis';
import type { Emit, StoredEntry } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import { storedMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { COLD_FIELD, clearedSequence } from './account.js';
import { parseRecords } from './invalidation-records.js';
import type { InvalidationTable } from './invalidation-table.js';
import { KnownInvalidations } from './known-invalidations.js';
import { entryPrefix, metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';
import { decodeValue } from './stored-value.js';

/** Keys in one MGET; one reader who asks for more gets them by a call of its own. */
const MAX_KEYS_PER_CALL = 256;

interface PendingRead {
  readonly lane: number;
  readonly tenant: TenantId;
  readonly ids: readonly EntryId[];
  resolve(entries: (StoredEntry | undefined)[]): void;
  reject(error: unknown): void;
}

export interface ReadBatcherParts {
  topology: RedisTopology;
  table: InvalidationTable;
  emit: Emit;
}

/** Groups the reads of a tick and lane into one MGET, and tells what of it an invalidation hides. */
export class ReadBatcher {
  readonly #parts: ReadBatcherParts;
  #reads: PendingRead[] = [];

  constructor(parts: ReadBatcherParts) {
    this.#parts = parts;
  }

  read(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined)[]> {
    return new Promise((resolve, reject) => {
      this.#reads.push({ lane: this.#parts.topology.laneOf(tenant), tenant, ids, resolve, reject });
      // After the microtasks of this tick, so that callers resumed together are sent together.
      if (this.#reads.length === 1) process.nextTick(this.#flush);
    });
  }

  readonly #flush = (): void => {
    const reads = this.#reads;
    this.#reads = [];
    const lane = reads[0]?.lane;
    // Always so on a single Redis, which has one.
    if (reads.every((read) => read.lane === lane)) {
      this.#sendAll(reads);
      return;
    }
    const lanes = new Map<number, PendingRead[]>();
    for (const read of reads) {
      const group = lanes.get(read.lane);
      if (group) group.push(read);
      else lanes.set(read.lane, [read]);
    }
    for (const group of lanes.values()) this.#sendAll(group);
  };

  #sendAll(reads: readonly PendingRead[]): void {
    for (let first = 0; first < reads.length; ) {
      let keys = 0;
      let end = first;
      do keys += (reads[end++] as PendingRead).ids.length;
      while (end < reads.length && keys + (reads[end] as PendingRead).ids.length <= MAX_KEYS_PER_CALL);
      void this.#send(first === 0 && end === reads.length ? reads : reads.slice(first, end));
      first = end;
    }
  }

  async #send(reads: readonly PendingRead[]): Promise<void> {
    try {
      const { lane } = reads[0] as PendingRead;
      const entries = await this.#parts.topology.read(lane, (client) => this.#fetch(client, reads));
      let at = 0;
      for (const { ids, resolve } of reads) {
        resolve(entries.slice(at, at + ids.length));
        at += ids.length;
      }
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  }

  async #fetch(client: Redis, reads: readonly PendingRead[]): Promise<(StoredEntry | undefined)[]> {
    const { table } = this.#parts;
    const keys: string[] = [];
    const asked = new Map<TenantId, Promise<KnownInvalidations | undefined>>();
    for (const { tenant, ids } of reads) {
      const prefix = entryPrefix(tenant);
      for (const id of ids) keys.push(prefix + storedMember(id));
    }
    const values = client.mgetBuffer(keys);
    // Asked after the entries, so that an invalidation in between hides them; in the same round trip.
    for (const { tenant } of reads) {
      if (!asked.has(tenant) && !table.get(tenant)) asked.set(tenant, this.#ask(client, tenant));
    }
    const [found] = await Promise.all([values, ...asked.values()]);
    const entries: (StoredEntry | undefined)[] = [];
    let at = 0;
    for (const { tenant, ids } of reads) {
      // Where listening broke off meanwhile, what was known before it does not count.
      if (!asked.has(tenant) && !table.get(tenant)) asked.set(tenant, this.#ask(client, tenant));
      const known = table.get(tenant) ?? (await asked.get(tenant));
      for (const id of ids) entries.push(this.#visible(tenant, id, found[at++], known));
    }
    return entries;
  }

  /** What Redis has on record now; undefined where some of it cannot be read. */
  async #ask(client: Redis, tenant: TenantId): Promise<KnownInvalidations | undefined> {
    const { table, emit } = this.#parts;
    const mark = table.mark(tenant);
    // In this order: a clear takes the records away.
    const [fields, cold] = await Promise.all([
      client.callBuffer('HGETALL', metaKey('inv', tenant)),
      client.hgetBuffer(metaKey('state', tenant), COLD_FIELD),
    ]);
    const records = parseRecords(fields as Buffer[]);
    if (!records) {
      emit({ type: 'unreadable-entry', tenant, reason: 'record' });
      return undefined;
    }
    const clearedAt = clearedSequence(cold);
    table.learn(tenant, clearedAt, records, mark);
    const known = new KnownInvalidations();
    known.clear(clearedAt);
    for (const { scope, sequence } of records) known.add(scope, sequence);
    return known;
  }

  #visible(
    tenant: TenantId,
    id: EntryId,
    value: Buffer | null | undefined,
    known: KnownInvalidations | undefined,
  ): StoredEntry | undefined {
    if (!value || !known) return undefined;
    const entry = decodeValue(value);
    if (!entry) {
      this.#parts.emit({ type: 'unreadable-entry', tenant, reason: 'layout' });
      return undefined;
    }
    return known.hide(id, entry) ? undefined : entry;
  }
}
