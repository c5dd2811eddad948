import { Prisma, type Tx } from '@tenantcache/database';
import type { Actor, NewTenant, TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { changedFacts, factsOf, type TenantFacts } from '../core/tenant-facts.js';
import type { TenantId } from '../core/tenant-id.js';
import { insertAudit } from './audit-rows.js';
import { closeForGood } from './periods.js';
import { assertPlan } from './plan-rows.js';
import { findTenant } from './tenant-rows.js';

/**
 * What is kept of a tenant without a foreign key to it, since it is kept of tenants that are not known as well. All else
 * goes with its row; its audit and its statements stay.
 */
const KEPT_BY_ID = [
  'tenant_cache_counter_parts',
  'tenant_cache_resource_parts',
  'tenant_cache_metrics',
  'tenant_cache_samples',
  'tenant_cache_crossings',
  'tenant_cache_curves',
  'tenant_cache_meters',
  'shared_access',
  'alert_states',
  'alerts',
];

/** Of two that make the same tenant one does. */
export async function createTenant(tx: Tx, tenant: NewTenant, reason: string, actor: Actor): Promise<TenantRecord> {
  const { tenantId } = tenant;
  const after = changedFacts(tenant, {});
  const { name, plan, suspended } = after;
  await assertPlan(tx, plan);
  // Every change left a row, so that this is above each version that a removed tenant of this id ever had.
  const made = await tx.$executeRaw`
    INSERT INTO tenants (tenant_id, name, plan, suspended, version)
    SELECT ${tenantId}, ${name}, ${plan}, ${suspended}, 1 + count(*)
      FROM quota_changes WHERE tenant_id = ${tenantId} AND action IN ('quota', 'tenant')
    ON CONFLICT DO NOTHING`;
  if (made === 0) throw fail('TENANT_EXISTS');
  // What was counted of a tenant that was removed may have come after that: this one begins with nothing of it.
  const removed = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM quota_changes WHERE tenant_id = ${tenantId} AND action = 'tenant' AND after IS NULL LIMIT 1`;
  if (removed.length > 0) await deleteUse(tx, tenantId);
  await insertAudit(tx, actor, { tenant: tenantId, action: 'tenant', before: null, after: { ...after }, reason });
  return (await findTenant(tx, tenantId)) as TenantRecord;
}

export async function changeTenant(
  tx: Tx,
  tenant: TenantId,
  { reason, ...change }: Partial<TenantFacts> & { readonly reason: string },
  expectedVersion: number,
  actor: Actor,
): Promise<TenantRecord> {
  const current = await lockTenant(tx, tenant, expectedVersion, Prisma.sql`FOR NO KEY UPDATE`);
  const before = factsOf(current);
  const after = changedFacts(before, change);
  if (after.plan !== before.plan) await assertPlan(tx, after.plan);
  await tx.$executeRaw`
    UPDATE tenants SET name = ${after.name}, plan = ${after.plan}, suspended = ${after.suspended},
                       version = version + 1, updated_at = now()
     WHERE tenant_id = ${tenant}`;
  await insertAudit(tx, actor, { tenant, action: 'tenant', before: { ...before }, after: { ...after }, reason });
  return (await findTenant(tx, tenant)) ?? current;
}

export async function removeTenant(
  tx: Tx,
  tenant: TenantId,
  expectedVersion: number,
  reason: string,
  actor: Actor,
): Promise<void> {
  const current = await lockTenant(tx, tenant, expectedVersion, Prisma.sql`FOR UPDATE`);
  await closeForGood(tx, tenant, actor);
  await deleteUse(tx, tenant);
  await tx.$executeRaw`DELETE FROM tenants WHERE tenant_id = ${tenant}`;
  await insertAudit(tx, actor, { tenant, action: 'tenant', before: { ...factsOf(current) }, after: null, reason });
}

async function deleteUse(tx: Tx, tenant: TenantId): Promise<void> {
  for (const table of KEPT_BY_ID) {
    await tx.$executeRaw`DELETE FROM ${Prisma.raw(table)} WHERE tenant_id = ${tenant}`;
  }
}

/** By a statement of its own: one that waited for the lock would still see the joined rows of before its wait. */
async function lockTenant(tx: Tx, tenant: TenantId, expectedVersion: number, lock: Prisma.Sql): Promise<TenantRecord> {
  await tx.$queryRaw`SELECT 1 FROM tenants WHERE tenant_id = ${tenant} ${lock}`;
  const current = await findTenant(tx, tenant);
  if (!current?.known) throw fail('TENANT_NOT_FOUND');
  if (current.version !== expectedVersion) {
    throw fail('PRECONDITION_FAILED', { given: `version ${expectedVersion}`, allowed: `version ${current.version}` });
  }
  return current;
}
