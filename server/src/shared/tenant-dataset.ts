import type { SharedDataset } from '../core/shared.js';
import type { Admission } from './admission.js';
import type { DatasetReads } from './dataset-reads.js';
import { ownError } from './own-error.js';
import { readOnly } from './read-only.js';

/**
 * What tenants hold of a dataset: whose call it is, the context says each time. It takes no function and no value, what
 * it answers or rejects with is frozen or a copy, and nothing that writes can be reached from it.
 */
export class TenantDataset implements SharedDataset {
  readonly dataset: string;
  readonly #reads: Pick<DatasetReads, 'entry' | 'entries' | 'read' | 'readMany'>;
  readonly #admission: Pick<Admission, 'tenant' | 'admit'>;

  constructor(
    dataset: string,
    reads: Pick<DatasetReads, 'entry' | 'entries' | 'read' | 'readMany'>,
    admission: Pick<Admission, 'tenant' | 'admit'>,
  ) {
    this.dataset = dataset;
    this.#reads = reads;
    this.#admission = admission;
    Object.freeze(this);
  }

  async get<T = unknown>(group: string, kind: string): Promise<T | undefined> {
    const tenant = this.#admission.tenant();
    const entry = this.#reads.entry(group, kind);
    const asking = this.#admission.admit(tenant, [entry]);
    if (asking) await asking;
    try {
      return readOnly((await this.#reads.read(entry)) as T | undefined);
    } catch (error) {
      throw ownError(error);
    }
  }

  async getMany<T = unknown>(groups: readonly string[], kind: string): Promise<Map<string, T>> {
    const tenant = this.#admission.tenant();
    const entries = this.#reads.entries(groups, kind);
    if (entries.length === 0) return new Map();
    const asking = this.#admission.admit(tenant, entries);
    if (asking) await asking;
    try {
      const values = await this.#reads.readMany(entries);
      return new Map([...values].map(([group, value]) => [group, readOnly(value as T)]));
    } catch (error) {
      throw ownError(error);
    }
  }
}

// One tenant's code must not change what another's calls.
Object.freeze(TenantDataset.prototype);
Object.freeze(TenantDataset);
