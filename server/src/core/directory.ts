import type { L1Policy } from './l1-options.js';
import type { TenantSettings } from './quota.js';
import type { TenantId } from './tenant-id.js';

/** A tenant as the directory knows it. `version` grows by one with each change and is the ETag of its quota. */
export interface TenantRecord {
  readonly tenantId: TenantId;
  readonly name: string;
  readonly plan: string;
  readonly settings: Required<TenantSettings>;
  readonly suspended: boolean;
  /** False for the default that a source gives to a tenant it does not know. */
  readonly known: boolean;
  readonly version: number;
  readonly changedAtMs: number;
  /** Only where the directory knows one; else what `l1.policy` says. */
  readonly l1Policy?: L1Policy;
}

/** Who a tenant is. An unknown tenant gets the source's default record, never a quota of 0. */
export interface TenantSource {
  find(tenant: TenantId): Promise<TenantRecord>;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface TenantQuery {
  search?: string;
  sort?: 'name' | 'quota' | 'usage' | 'changed';
  order?: 'asc' | 'desc';
  page: number;
  pageSize: number;
}

/** A partial change of settings, with the reason that the audit keeps. */
export interface QuotaChangeRequest {
  readonly settings: Partial<TenantSettings>;
  readonly reason: string;
}

/** Who changes something, as the audit keeps it. */
export interface Actor {
  readonly id: string;
  readonly onBehalfOf?: string;
  readonly source: 'api' | 'dashboard' | 'system';
  readonly ip?: string;
}

/** One row of the audit; append-only. */
export interface QuotaChange {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly at: string;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly source: string;
  readonly action: 'quota' | 'clear';
  readonly before: Required<TenantSettings> | null;
  readonly after: Required<TenantSettings> | null;
  readonly reason: string;
}

export interface AuditQuery {
  tenant?: TenantId;
  actor?: string;
  page: number;
  pageSize: number;
}

/** What an admin may do with tenants, beyond looking one up. Every change leaves an audit row in the same transaction. */
export interface TenantDirectory extends TenantSource {
  list(query: TenantQuery): Promise<Page<TenantRecord>>;
  /** @throws TenantCacheError `TENANT_NOT_FOUND`, `PRECONDITION_FAILED` where `expectedVersion` is not the present one */
  changeQuota(
    tenant: TenantId,
    change: QuotaChangeRequest,
    expectedVersion: number,
    actor: Actor,
  ): Promise<TenantRecord>;
  recordClear(tenant: TenantId, reason: string, actor: Actor): Promise<void>;
  audit(query: AuditQuery): Promise<Page<QuotaChange>>;
  close(): Promise<void>;
}
