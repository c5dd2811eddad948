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
  const after = changedSettings(current.settings, settings);
  await writeQuotas(tx, [{ tenant, settings: after }]);
  await insertAudit(tx, actor, { tenant, action: 'quota', before: current.settings, after, reason });
  return (await findTenant(tx, tenant)) ?? current;
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function changedSettings(
  before: Required<TenantSettings>,
  change: Partial<TenantSettings>,
): Required<TenantSettings> {
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

/** What each of them has from now on, of its own. @throws TenantCacheError `REQUEST_INVALID` */
export async function writeQuotas(
  tx: Tx,
  quotas: readonly { readonly tenant: TenantId; readonly settings: Required<TenantSettings> }[],
): Promise<void> {
  const rows = quotas.map(({ tenant, settings }) => ({
    tenant_id: tenant,
    quota_mb: wholeMb('quotaBytes', settings.quotaBytes),
    overage_allowed: settings.overageAllowed,
    overage_limit_mb: wholeMb('overageLimitBytes', settings.overageLimitBytes),
    policy: settings.policy,
    enforcement: settings.enforcement,
  }));
  await tx.$executeRaw`
    INSERT INTO tenant_cache_quotas AS q (tenant_id, quota_mb, overage_allowed, overage_limit_mb, policy, enforcement)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r
           (tenant_id text, quota_mb int, overage_allowed boolean, overage_limit_mb int, policy text, enforcement text)
    ON CONFLICT (tenant_id) DO UPDATE SET
      quota_mb = EXCLUDED.quota_mb, overage_allowed = EXCLUDED.overage_allowed,
      overage_limit_mb = EXCLUDED.overage_limit_mb, policy = EXCLUDED.policy, enforcement = EXCLUDED.enforcement,
      version = q.version + 1, updated_at = now()`;
}
