import type { Request } from 'express';
import type { Advisor } from '../core/advice.js';
import type { AlertStore } from '../core/alerts.js';
import type { FleetSettings, TenantDirectory } from '../core/directory.js';
import type { EntryAccess } from '../core/entries.js';
import type { Limits } from '../core/quota.js';
import type { RateStore } from '../core/rate-limit.js';
import type { SharedOfTenants } from '../core/shared-admin.js';
import type { StoreUsage } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsageReader } from '../core/usage-reader.js';
import type { WatchlistStore } from '../core/warming.js';

/** How the tenants' own API reaches the cache. */
export interface TenantDeps {
  readonly directory: TenantDirectory;
  /** Whom `cache.middleware()` bound the request to; undefined where it has not run. Nothing else names the tenant. */
  tenantOf(req: Request): TenantId | undefined;
  /** What holds for all tenants in this process. */
  fleet(): FleetSettings;
  /** Exact at this moment; rejects with `STORE_UNAVAILABLE`. */
  usage(tenant: TenantId, limits: Limits): Promise<StoreUsage>;
  /** Undefined where the usage sink has none: then days, samples and resources are `USAGE_NOT_KEPT`. */
  readonly usageReader: UsageReader | undefined;
  /** Undefined: their routes are not there. */
  readonly entries?: Pick<EntryAccess, 'browse' | 'describe'> | undefined;
  /** Undefined: none are kept, and their routes are not there. */
  readonly alerts?: Pick<AlertStore, 'alerts' | 'rules'> | undefined;
  /** Undefined: their routes are not there. */
  readonly watchlists?: Pick<WatchlistStore, 'list' | 'put' | 'remove'> | undefined;
  /** Data that all tenants read. Undefined: there is none, and no dataset is found. */
  readonly shared?: SharedOfTenants | undefined;
  /** Undefined where nothing is kept to advise from: `USAGE_NOT_KEPT`. */
  readonly advisor?: Advisor | undefined;
  /** Where rates are counted over all processes; undefined: this one counts for itself. */
  readonly rates?: RateStore | undefined;
}
