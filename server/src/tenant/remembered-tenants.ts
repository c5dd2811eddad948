import { LRUCache } from 'lru-cache';
import type { TenantRecord, TenantSource } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';

interface Remembered {
  record: TenantRecord;
  loadedAtMs: number;
  refreshAtMs: number;
}

/** A source that is away is asked once in this time, however many requests look. */
const RETRY_MS = 5_000;

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

  constructor(source: TenantSource, options: RememberedOptions = {}) {
    this.#source = source;
    this.#ttlMs = options.ttlMs ?? 300_000;
    this.#onRecord = options.onRecord ?? (() => {});
    this.#now = options.now ?? Date.now;
    this.#records = new LRUCache({ max: options.maxTenants ?? 10_000 });
  }

  async find(tenant: TenantId): Promise<TenantRecord> {
    return this.peek(tenant) ?? this.#load(tenant);
  }

  peek(tenant: TenantId): TenantRecord | undefined {
    const remembered = this.#records.get(tenant);
    if (remembered === undefined) return undefined;
    if (this.#now() >= remembered.refreshAtMs) {
      remembered.refreshAtMs = this.#now() + RETRY_MS;
      this.refresh(tenant);
    }
    return remembered.record;
  }

  /** Asks the source at once; the present record serves until the answer is here. */
  refresh(tenant: TenantId): void {
    // A source that is away is asked again later; until then the remembered record serves.
    this.#load(tenant).catch(() => {});
  }

  /** Takes a record that is known to be newer, such as the answer to a change. */
  accept(record: TenantRecord): void {
    const present = this.#records.get(record.tenantId)?.record;
    // Two answers may arrive out of order; the version tells which is newer.
    if (present !== undefined && present.version > record.version) return;
    const loadedAtMs = this.#now();
    this.#records.set(record.tenantId, { record, loadedAtMs, refreshAtMs: loadedAtMs + this.#ttlMs });
    this.#onRecord(record);
  }

  /** Age of the oldest record in memory, in milliseconds; 0 where there is none. */
  oldestAgeMs(): number {
    let oldest = this.#now();
    for (const { loadedAtMs } of this.#records.values()) oldest = Math.min(oldest, loadedAtMs);
    return this.#now() - oldest;
  }

  #load(tenant: TenantId): Promise<TenantRecord> {
    const underway = this.#loads.get(tenant);
    if (underway) return underway;
    const load = this.#source
      .find(tenant)
      .then((record) => {
        this.accept(record);
        return record;
      })
      .finally(() => this.#loads.delete(tenant));
    this.#loads.set(tenant, load);
    return load;
  }
}
