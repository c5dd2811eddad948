import type { TenantId } from '../core/tenant-id.js';
import type { ForgottenTenant } from '../core/upkeep.js';
import type { MemoryAccount } from './memory-account.js';
import { MemoryTenant } from './memory-tenant.js';
import { MemoryRoll } from './memory-upkeep.js';

/** What one memory store holds; two stores that share it stand for two processes on one Redis. */
export class MemoryData {
  readonly tenants = new Map<TenantId, MemoryTenant>();
  readonly accounts = new Map<TenantId, MemoryAccount>();
  readonly roll = new MemoryRoll();
  /** Of all tenants, as counted. */
  bytes = 0;

  forget(tenant: TenantId): ForgottenTenant {
    const gone = this.tenants.get(tenant);
    this.tenants.delete(tenant);
    this.accounts.delete(tenant);
    if (gone === undefined) return { entries: 0, bytes: 0 };
    this.bytes -= gone.usedBytes;
    // Sequences go on growing.
    const anew = new MemoryTenant();
    anew.sequence = gone.sequence;
    this.tenants.set(tenant, anew);
    return { entries: gone.size, bytes: gone.usedBytes };
  }
}
