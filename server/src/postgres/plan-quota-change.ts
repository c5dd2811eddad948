import type { Tx } from '@tenantcache/database';
import type { Actor, PlanChangePage, QuotaChangeRequest } from '../core/directory.js';
import { sameSettings } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import { insertAudits } from './audit-rows.js';
import { assertPlan } from './plan-rows.js';
import { changedSettings, writeQuotas } from './quota-change.js';
import { findTenantsOn } from './tenant-rows.js';

/** A page of a plan's tenants, each changed as by itself, all or none. */
export async function changePlanQuotas(
  tx: Tx,
  plan: string,
  { settings, reason }: QuotaChangeRequest,
  { after, count }: { readonly after: TenantId | undefined; readonly count: number },
  actor: Actor,
): Promise<PlanChangePage> {
  await assertPlan(tx, plan);
  const page = await tx.$queryRaw<{ tenant_id: TenantId }[]>`
    SELECT tenant_id FROM tenants WHERE plan = ${plan} AND tenant_id > ${after ?? ''} ORDER BY tenant_id LIMIT ${count}`;
  const tenants = page.map(({ tenant_id }) => tenant_id);
  const next = tenants.length < count ? undefined : tenants.at(-1);
  if (tenants.length === 0) return { changed: [], next };
  // One after another, so that two of these never wait for each other; and who left the plan meanwhile is left alone.
  await tx.$queryRaw`
    SELECT 1 FROM tenants WHERE tenant_id = ANY(${tenants as string[]}::text[]) ORDER BY tenant_id FOR NO KEY UPDATE`;
  const changes = (await findTenantsOn(tx, plan, tenants))
    .map((record) => ({
      tenant: record.tenantId,
      before: record.settings,
      settings: changedSettings(record.settings, settings),
    }))
    .filter(({ before, settings }) => !sameSettings(before, settings));
  if (changes.length === 0) return { changed: [], next };
  await writeQuotas(tx, changes);
  await insertAudits(
    tx,
    actor,
    changes.map(({ tenant, before, settings: after }) => ({ tenant, action: 'quota', before, after, reason })),
  );
  return {
    changed: await findTenantsOn(
      tx,
      plan,
      changes.map(({ tenant }) => tenant),
    ),
    next,
  };
}
