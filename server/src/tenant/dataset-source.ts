import { datasetOf, isDatasetOwner } from '../core/dataset.js';
import type { TenantRecord, TenantSource } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { DatasetSettings } from '../core/shared-options.js';
import type { TenantId } from '../core/tenant-id.js';

/** Answers for datasets, whose settings are options of the cache; asks the directory for tenants only. */
export class DatasetSource implements TenantSource {
  readonly #tenants: TenantSource;
  readonly #datasets: ReadonlyMap<string, DatasetSettings>;

  constructor(tenants: TenantSource, datasets: ReadonlyMap<string, DatasetSettings>) {
    this.#tenants = tenants;
    this.#datasets = datasets;
  }

  /** @throws TenantCacheError `TENANT_NOT_FOUND` of a dataset that another deployment had */
  find(account: TenantId): Promise<TenantRecord> {
    if (!isDatasetOwner(account)) return this.#tenants.find(account);
    const settings = this.#datasets.get(datasetOf(account) ?? '');
    return settings ? Promise.resolve(recordOf(account, settings)) : Promise.reject(fail('TENANT_NOT_FOUND'));
  }
}

function recordOf(account: TenantId, { dataset, limits }: DatasetSettings): TenantRecord {
  const { quotaBytes, policy, enforcement } = limits;
  return {
    tenantId: account,
    name: dataset,
    plan: 'platform',
    settings: { quotaBytes, overageAllowed: false, overageLimitBytes: 0, policy, enforcement },
    suspended: false,
    known: true,
    version: 1,
    changedAtMs: 0,
  };
}
