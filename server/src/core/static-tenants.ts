import type { FleetSettings } from './directory.js';
import type { L1Policy } from './l1-options.js';
import type { TenantSettings } from './quota.js';

/** A tenant that is configured in code. */
export interface StaticTenant extends TenantSettings {
  /** Default: the tenant id. */
  name?: string;
  /** Default `static`. */
  plan?: string;
  /** Default false. */
  suspended?: boolean;
  /** Who leaves this tenant's L1 first. Default: what `l1.policy` says. */
  l1Policy?: L1Policy;
}

export interface StaticTenantsOptions {
  static?: Readonly<Record<string, StaticTenant>>;
  /** For tenants that are not listed. Without it they are refused with `TENANT_NOT_FOUND`. */
  default?: TenantSettings;
  /** What tenants that are made while it runs may be put on, beside `default`. Default: nothing besides. */
  plans?: Readonly<Record<string, TenantSettings>>;
  /** What holds for all of them to begin with. Default: everybody's own enforcement, and no bypass. */
  fleet?: Partial<FleetSettings>;
  /** Audit rows kept, the newest. Default 1,000. */
  maxAuditRows?: number;
}
