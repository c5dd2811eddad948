import type { Advisor } from '../core/advice.js';
import type { AlertStore } from '../core/alerts.js';
import type { FleetRecord, FleetSettings, Page, TenantDirectory, TenantRecord } from '../core/directory.js';
import type { EntryAccess } from '../core/entries.js';
import { TenantCacheError } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import type { Limits } from '../core/quota.js';
import type { RateStore } from '../core/rate-limit.js';
import type { SharedAdmin } from '../core/shared-admin.js';
import type { StoreHealth } from '../core/store-health.js';
import type { EvictionPreview, StoreUsage } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import type { TenantIdRule } from '../core/tenant-id-option.js';
import type { TtlCategories } from '../core/ttl-decision.js';
import type { Placement, ReconcileReport, StoreNode } from '../core/upkeep.js';
import type { UsageReader } from '../core/usage-reader.js';
import type { CrossingRow } from '../core/usage-sink.js';
import type { Warming, WatchlistStore } from '../core/warming.js';

/** How the admin API reaches the cache. */
export interface AdminDeps {
  /** Not the remembered one: a version read here is compared with the one in force. */
  readonly directory: TenantDirectory;
  readonly tenantId: TenantIdRule;
  /** What holds for all tenants in this process. */
  fleet(): FleetSettings;
  /** Exact at this moment; rejects with `STORE_UNAVAILABLE`. */
  usage(tenant: TenantId, limits: Limits): Promise<StoreUsage>;
  preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview>;
  clear(tenant: TenantId): Promise<void>;
  /** Everything that the shared store and the processes keep of a tenant that is suspended; undefined: it does not answer. */
  forget(tenant: TenantId): Promise<{ readonly entries: number; readonly bytes: number } | undefined>;
  /** Rejects with `STORE_UNAVAILABLE`; what was put right until then stays so. */
  reconcile(tenant: TenantId, options: { readonly orphans: boolean }): Promise<ReconcileReport>;
  /** Where the shared store keeps a tenant; rejects with `STORE_UNAVAILABLE`, as `nodes` does where none is known. */
  placement(tenant: TenantId): Promise<Placement>;
  nodes(): Promise<readonly StoreNode[]>;
  /** Single entries, and how they are taken away from all processes. */
  readonly entries: EntryAccess;
  /** How the servers of the shared store are; answers while they do not. */
  storeHealth(): Promise<StoreHealth>;
  readonly categories: TtlCategories;
  /** Called after a change has been committed and awaited before the answer; its errors do not fail the request. */
  onQuotaChanged(record: TenantRecord): void | Promise<void>;
  /** The tenant is not known any more, of which all processes are to hear. */
  onTenantRemoved(tenant: TenantId): void | Promise<void>;
  /** The same of what holds for all tenants. */
  onFleetChanged(record: FleetRecord): void | Promise<void>;
  /** Newest first; empty where no sink keeps them. */
  crossings(tenant: TenantId, query: { page: number; pageSize: number }): Promise<Page<CrossingRow>>;
  /** Alerts and webhooks. Undefined: none are kept, and their routes are not there. */
  readonly alerts?: AlertDeps | undefined;
  /** Warm-ups. Undefined: there are none, nor their routes. */
  readonly warming?: Warming | undefined;
  /** Undefined: their route is not there. */
  readonly watchlists?: Pick<WatchlistStore, 'list'> | undefined;
  /** Data that all tenants read. Undefined: there is none, and no dataset is found. */
  readonly shared?: SharedAdmin | undefined;
  /** Undefined where the usage sink has none: then what asks for it is `USAGE_NOT_KEPT`. */
  readonly usageReader?: UsageReader | undefined;
  /** Undefined where nothing is kept to advise from: `USAGE_NOT_KEPT`. */
  readonly advisor?: Advisor | undefined;
  /** Where rates are counted over all processes; undefined: this one counts for itself. */
  readonly rates?: RateStore | undefined;
}

export interface AlertDeps {
  readonly store: AlertStore;
  /** Whether messages may be sent to a URL, and how it is to be written. */
  checkUrl(url: string): Promise<{ ok: true; href: string } | { ok: false; reason: string }>;
  /** Called when a tenant's rules were changed: they are to hold in this process at once. */
  onRulesChanged(): void;
}

/** Undefined where the shared store does not answer: a table of tenants is worth showing without its bars. */
export async function usageIfKnown(deps: AdminDeps, record: TenantRecord): Promise<StoreUsage | undefined> {
  try {
    return await deps.usage(record.tenantId, effectiveLimits(record, deps.fleet()));
  } catch (error) {
    if (error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE') return undefined;
    throw error;
  }
}
