import type { Request, Response } from 'express';
import type { Advisor } from '../core/advice.js';
import type { AlertStore } from '../core/alerts.js';
import type { EvictionPreview, StoreUsage } from '../core/contracts.js';
import type { Actor, FleetRecord, FleetSettings, Page, TenantDirectory, TenantRecord } from '../core/directory.js';
import { TenantCacheError } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import type { Limits } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import type { TenantIdRule } from '../core/tenant-id-option.js';
import type { Placement, ReconcileReport, StoreNode } from '../core/upkeep.js';
import type { UsageReader } from '../core/usage-reader.js';
import type { CrossingRow } from '../core/usage-sink.js';
import type { Role } from './admin-access.js';

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
  /** Rejects with `STORE_UNAVAILABLE`; what was put right until then stays so. */
  reconcile(tenant: TenantId, options: { readonly orphans: boolean }): Promise<ReconcileReport>;
  /** Where the shared store keeps a tenant; rejects with `STORE_UNAVAILABLE`, as `nodes` does where none is known. */
  placement(tenant: TenantId): Promise<Placement>;
  nodes(): Promise<readonly StoreNode[]>;
  /** Called after a change has been committed and awaited before the answer; its errors do not fail the request. */
  onQuotaChanged(record: TenantRecord): void | Promise<void>;
  /** The same of what holds for all tenants. */
  onFleetChanged(record: FleetRecord): void | Promise<void>;
  /** Newest first; empty where no sink keeps them. */
  crossings(tenant: TenantId, query: { page: number; pageSize: number }): Promise<Page<CrossingRow>>;
  /** Alerts and webhooks. Undefined: none are kept, and their routes are not there. */
  readonly alerts?: AlertDeps | undefined;
  /** Undefined where the usage sink has none: then what asks for it is `USAGE_NOT_KEPT`. */
  readonly usageReader?: UsageReader | undefined;
  /** Undefined where nothing is kept to advise from: `USAGE_NOT_KEPT`. */
  readonly advisor?: Advisor | undefined;
}

export interface AlertDeps {
  readonly store: AlertStore;
  /** Whether messages may be sent to a URL, and how it is to be written. */
  checkUrl(url: string): Promise<{ ok: true; href: string } | { ok: false; reason: string }>;
  /** Called when a tenant's rules were changed: they are to hold in this process at once. */
  onRulesChanged(): void;
}

interface AdminCall {
  readonly req: Request;
  readonly res: Response;
  readonly actor: Actor;
}

export interface AdminRoute {
  readonly method: 'get' | 'post' | 'patch' | 'put';
  readonly path: string;
  readonly roles: readonly Role[];
  handle(call: AdminCall): Promise<unknown>;
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
