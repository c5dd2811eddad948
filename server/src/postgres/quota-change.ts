import type { Tx } from '@tenantcache/database';
import type { Actor, QuotaChangeRequest, TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { limitsOf, type TenantSettings } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import { insertAudit } from './audit-rows.js';
import { wholeMb } from './mebibytes.js';
import { findTenant } from './tenant-rows.js';

/** The new quota and its audit row, both or neither; of two that read the same version one wins. */
export async function changeQuota(
  tx: Tx,
  tenant: TenantId,
  { settings, reason }: QuotaChangeRequest,
  expectedVersion: number,
  actor: Actor,
): Promise<TenantRecord> {
  // Locked by a statement of its own: one that waited for the lock would still see the joined rows of before its wait.
  await tx.$queryRaw`SELECT 1 FROM tenants WHERE tenant_id = ${tenant} FOR NO KEY UPDATE`;
  const current = await findTenant(tx, tenant);
  if (!current?.known) throw fail('TENANT_NOT_FOUND');
  if (current.version !== expectedVersion) {
    throw fail('PRECONDITION_FAILED', { given: `version ${expectedVersion}`, allowed: `version ${current.version}` });
  }
  const after = changed(current.settings, settings);
  await write(tx, tenant, after);
  await insertAudit(tx, actor, { tenant, action: 'quota', before: current.settings, after, reason });
  return (await findTenant(tx, tenant)) ?? current;
}

function changed(before: Required<TenantSettings>, change: Partial<TenantSettings>): Required<TenantSettings> {
  const after = {
    quotaBytes: change.quotaBytes ?? before.quotaBytes,
    overageAllowed: change.overageAllowed ?? before.overageAllowed,
    overageLimitBytes: change.overageLimitBytes ?? before.overageLimitBytes,
    policy: change.policy ?? before.policy,
    enforcement: change.enforcement ?? before.enforcement,
  };
  limitsOf(after);
  return after;
}

async function write(tx: Tx, tenant: TenantId, settings: Required<TenantSettings>): Promise<void> {
  const quotaMb = wholeMb('quotaBytes', settings.quotaBytes);
  const overageLimitMb = wholeMb('overageLimitBytes', settings.overageLimitBytes);
  const { overageAllowed, policy, enforcement } = settings;
  await tx.$executeRaw`
    INSERT INTO tenant_cache_quotas AS q (tenant_id, quota_mb, overage_allowed, overage_limit_mb, policy, enforcement)
    VALUES (${tenant}, ${quotaMb}, ${overageAllowed}, ${overageLimitMb}, ${policy}, ${enforcement})
    ON CONFLICT (tenant_id) DO UPDATE SET
      quota_mb = EXCLUDED.quota_mb, overage_allowed = EXCLUDED.overage_allowed,
      overage_limit_mb = EXCLUDED.overage_limit_mb, policy = EXCLUDED.policy, enforcement = EXCLUDED.enforcement,
      version = q.version + 1, updated_at = now()`;
}
