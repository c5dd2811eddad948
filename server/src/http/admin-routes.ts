import type { Request, Response } from 'express';
import type { EvictionPreview, StoreUsage } from '../core/contracts.js';
import type { Actor, TenantDirectory, TenantRecord } from '../core/directory.js';
import { TenantCacheError } from '../core/errors.js';
import { type Limits, limitsOf } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Role } from './admin-access.js';

/** How the admin API reaches the cache. */
export interface AdminDeps {
  /** Not the remembered one: a version read here is compared with the one in force. */
  readonly directory: TenantDirectory;
  /** Exact at this moment; rejects with `STORE_UNAVAILABLE`. */
  usage(tenant: TenantId, limits: Limits): Promise<StoreUsage>;
  preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview>;
  clear(tenant: TenantId): Promise<void>;
  /** Called after a change has been committed and awaited before the answer; its errors do not fail the request. */
  onQuotaChanged(record: TenantRecord): void | Promise<void>;
}

interface AdminCall {
  readonly req: Request;
  readonly res: Response;
  readonly actor: Actor;
}

export interface AdminRoute {
  readonly method: 'get' | 'post' | 'patch';
  readonly path: string;
  readonly roles: readonly Role[];
  handle(call: AdminCall): Promise<unknown>;
}

/** Undefined where the shared store does not answer: a table of tenants is worth showing without its bars. */
export async function usageIfKnown(deps: AdminDeps, record: TenantRecord): Promise<StoreUsage | undefined> {
  try {
    return await deps.usage(record.tenantId, limitsOf(record.settings));
  } catch (error) {
    if (error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE') return undefined;
    throw error;
  }
}
