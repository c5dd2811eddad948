import type { DatasetOwner } from './dataset.js';
import type { BrowseOptions, EntryPage } from './entries.js';
import type { PlatformDataset, SharedAccessStore } from './shared.js';
import type { DatasetSettings } from './shared-options.js';

/** A dataset as the admin API reaches it. */
export interface AdminDataset {
  readonly settings: DatasetSettings;
  /** Whose bytes its entries are, and whose walk a cursor belongs to. */
  readonly account: DatasetOwner;
  readonly platform: Pick<PlatformDataset, 'usage' | 'metrics' | 'invalidateGroup' | 'invalidateGroups' | 'clear'>;
  /** `resource` and `prefix` as `sharedScope` names them. @throws TenantCacheError `STORE_UNAVAILABLE` */
  browse(options: BrowseOptions): Promise<EntryPage>;
  /** Whether the shared store is still to hear of an invalidation: this process says it again as soon as it answers. */
  isPending(): boolean;
}

/** How the admin API reaches shared data. */
export interface SharedAdmin {
  /** By name, in the order of the options. */
  readonly datasets: ReadonlyMap<string, AdminDataset>;
  readonly access: Pick<SharedAccessStore, 'list'>;
}

/** How a tenant sees shared data. */
export interface SharedOfTenants {
  readonly datasets: ReadonlyMap<string, DatasetSettings>;
  readonly access: Pick<SharedAccessStore, 'list'>;
}
