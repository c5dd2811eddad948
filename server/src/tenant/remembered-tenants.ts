import { LRUCache } from 'lru-cache';
import type { TenantRecord, TenantSource } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';

interface Remembered {
  record: TenantRecord;
  loadedAtMs: number;
  usedAtMs: number;
  refreshAtMs: number;
}

/** A source that is away is asked once in this time, however many requests look. */
const RETRY_MS = 5_000;
/** Where all are refreshed, so that the source is not asked for thousands of records at once. */
const SIDE_BY_SIDE = 8;

export interface RememberedOptions {
  /** How long a record serves without a look at the source. Default 5 minutes (spec B1). */
  ttlMs?: number;
  maxTenants?: number;
  onRecord?: (record: TenantRecord) => void;
  now?: () => number;
}

/**
 * Remembers a source's records. An old record serves on while it is refreshed in the background, and for as long as
 * the source is away: a request never waits for the directory twice.
 */
export class RememberedTenants implements TenantSource {
  readonly #source: TenantSource;
  readonly #ttlMs: number;
  readonly #onRecord: (record: TenantRecord) => void;
  readonly #now: () => number;
  readonly #records: LRUCache<TenantId, Remembered>;
  readonly #loads = new Map<TenantId, Promise<TenantRecord>>();
  /** Whose load under way may be from before the change that somebody spoke of. */
  readonly #outrun = new Set<TenantId>();
  #refreshingAll: Promise<void> | undefined;
  #againAll = false;

  constructor(source: TenantSource, options: RememberedOptions = {}) {
    this.#source = source;
    this.#ttlMs = options.ttlMs ?? 300_000;
    this.#onRecord = options.onRecord ?? (() => {});
    this.#now = options.now ?? Date.now;
    this.#records = new LRUCache({ max: options.maxTenants ?? 10_000 });
  }

  /** Tenants whose requests need no source. */
  get size(): number {
    return this.#records.size;
  }

  async find(tenant: TenantId): Promise<TenantRecord> {
    return this.peek(tenant) ?? this.#load(tenant);
  }

  peek(tenant: TenantId): TenantRecord | undefined {
    const remembered = this.#records.get(tenant);
    if (remembered === undefined) return undefined;
    const nowMs = this.#now();
    remembered.usedAtMs = nowMs;
    if (nowMs >= remembered.refreshAtMs) {
      remembered.refreshAtMs = nowMs + RETRY_MS;
      this.refresh(tenant);
    }
    return remembered.record;
  }

  /** Asks the source at once; the present record serves until the answer is here. */
  refresh(tenant: TenantId): void {
    if (this.#loads.has(tenant)) this.#outrun.add(tenant);
    // A source that is away is asked again later; until then the remembered record serves.
    else this.#load(tenant).catch(() => this.#dueAgain(tenant));
  }

  /** The same of a tenant that may be of no interest here. */
  refreshKnown(tenant: TenantId): void {
    if (this.#records.has(tenant) || this.#loads.has(tenant)) this.refresh(tenant);
  }

  /** Any of them may have changed. */
  refreshAll(): void {
    this.#againAll = true;
    this.#refreshingAll ??= this.#loadAll().finally(() => {
      this.#refreshingAll = undefined;
    });
  }

  /** Takes a record that is known to be newer, such as the answer to a change. */
  accept(record: TenantRecord): void {
    const present = this.#records.get(record.tenantId)?.record;
    // Two answers may arrive out of order; the version tells which is newer, unless versions began anew.
    if (present && present.version > record.version && present.changedAtMs >= record.changedAtMs) return;
    this.#take(record);
  }

  #take(record: TenantRecord): void {
    const loadedAtMs = this.#now();
    const refreshAtMs = loadedAtMs + this.#ttlMs;
    this.#records.set(record.tenantId, { record, loadedAtMs, usedAtMs: loadedAtMs, refreshAtMs });
    this.#onRecord(record);
  }

  /** Age of the oldest record that was used of late, in milliseconds; 0 where there is none. Nobody refreshes the idle. */
  oldestAgeMs(): number {
    const nowMs = this.#now();
    let oldestMs = nowMs;
    for (const { loadedAtMs, usedAtMs } of this.#records.values()) {
      if (nowMs - usedAtMs < this.#ttlMs) oldestMs = Math.min(oldestMs, loadedAtMs);
    }
    return nowMs - oldestMs;
  }

  #load(tenant: TenantId): Promise<TenantRecord> {
    const underway = this.#loads.get(tenant);
    if (underway) return underway;
    const before = this.#records.peek(tenant)?.record;
    const load = this.#source
      .find(tenant)
      .then((record) => {
        // Nothing was taken since this read began: it is the newest there is, also where a quota's row was deleted.
        if (this.#records.peek(tenant)?.record === before) this.#take(record);
        else this.accept(record);
        return record;
      })
      .finally(() => {
        this.#loads.delete(tenant);
        if (this.#outrun.delete(tenant)) this.refresh(tenant);
      });
    this.#loads.set(tenant, load);
    return load;
  }

  async #loadAll(): Promise<void> {
    while (this.#againAll) {
      this.#againAll = false;
      const left = [...this.#records.keys()];
      const turns = Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (let tenant = left.pop(); tenant !== undefined; tenant = left.pop()) {
          // One that was under way is asked for once more by its own end.
          if (this.#loads.has(tenant)) this.#outrun.add(tenant);
          else await this.#load(tenant).catch(() => this.#dueAgain(tenant as TenantId));
        }
      });
      await Promise.all(turns);
    }
  }

  /** The source did not answer: the next use asks again. */
  #dueAgain(tenant: TenantId): void {
    const remembered = this.#records.peek(tenant);
    if (remembered) remembered.refreshAtMs = Math.min(remembered.refreshAtMs, this.#now() + RETRY_MS);
  }
}
