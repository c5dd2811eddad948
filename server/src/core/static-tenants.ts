import type { TenantSettings } from './quota.js';

/** A tenant that is configured in code. */
export interface StaticTenant extends TenantSettings {
  /** Default: the tenant id. */
  name?: string;
  /** Default `static`. */
  plan?: string;
  /** Default false. */
  suspended?: boolean;
}

export interface StaticTenantsOptions {
  static?: Readonly<Record<string, StaticTenant>>;
  /** For tenants that are not listed. Without it they are refused with `TENANT_NOT_FOUND`. */
  default?: TenantSettings;
  /** Audit rows kept, the newest. Default 1,000. */
  maxAuditRows?: number;
}
