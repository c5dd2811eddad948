import type { SharedKey } from '../core/dataset.js';
import { RateLimitedError } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import type { AccessCounts } from './access-counts.js';
import type { ReadLimit } from './rate-limit.js';
import type { RecentReads } from './recent-reads.js';

export interface AdmissionOptions {
  readonly dataset: string;
  /** @throws TenantCacheError `TENANT_MISSING` */
  readonly tenantOf: () => TenantId;
  /**
   * Undefined where the tenant's settings are remembered.
   * @throws TenantCacheError `TENANT_SUSPENDED`, or rejects with it, `TENANT_NOT_FOUND` or `DIRECTORY_UNAVAILABLE`
   */
  readonly open: (tenant: TenantId) => Promise<unknown> | undefined;
  /** Undefined: there is none. */
  readonly limit: ReadLimit | undefined;
  readonly counts: AccessCounts;
  readonly recent: RecentReads;
}

/** Lets the current tenant read, as often as it may, and keeps the books on it. */
export class Admission {
  /** Reads that were refused. */
  limited = 0;
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** @throws TenantCacheError `TENANT_MISSING` */
  tenant(): TenantId {
    return this.#options.tenantOf();
  }

  /**
   * Undefined: the tenant may read all of them, at once.
   * @throws RateLimitedError, and as `open` does; or rejects with it
   */
  admit(tenant: TenantId, keys: readonly SharedKey[]): Promise<void> | undefined {
    const opening = this.#options.open(tenant);
    return opening ? opening.then(() => this.#admit(tenant, keys)) : this.#admit(tenant, keys);
  }

  #admit(tenant: TenantId, keys: readonly SharedKey[]): Promise<void> | undefined {
    const refused = (error: unknown): never => {
      if (error instanceof RateLimitedError) this.#note(tenant, keys, true);
      throw error;
    };
    try {
      const asking = this.#options.limit?.take(tenant, keys.length);
      if (asking) return asking.then(() => this.#note(tenant, keys, false), refused);
    } catch (error) {
      refused(error);
    }
    this.#note(tenant, keys, false);
    return undefined;
  }

  #note(tenant: TenantId, keys: readonly SharedKey[], limited: boolean): void {
    const { dataset, counts, recent } = this.#options;
    if (limited) {
      this.limited += keys.length;
      for (const key of keys) counts.count(tenant, dataset, key, true);
      return;
    }
    const nowMs = Date.now();
    for (const key of keys) {
      counts.count(tenant, dataset, key);
      recent.note(key.group, key.kind, nowMs);
    }
  }
}
