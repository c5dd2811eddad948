import type { Tx } from '@tenantcache/database';
import { type AlertRules, type AlertRulesChange, alertRulesOf, DEFAULT_ALERT_RULES } from '../core/alert-rules.js';
import type { AlertRulesRecord, TenantPage } from '../core/alerts.js';
import type { Actor } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import { insertAudit } from './audit-rows.js';

interface RulesRow {
  tenant_id: string;
  rules: AlertRulesChange;
  version: number;
  changed_at_ms: number;
}

export async function findRules(tx: Tx, tenantId: TenantId): Promise<AlertRulesRecord> {
  const [row] = await tx.$queryRaw<RulesRow[]>`
    SELECT tenant_id, rules, version, extract(epoch FROM updated_at)::float8 * 1000 AS changed_at_ms
      FROM alert_rules WHERE tenant_id = ${tenantId}`;
  return row ? recordOf(row) : { tenantId, rules: DEFAULT_ALERT_RULES, version: 0, changedAtMs: 0 };
}

export async function listRules(
  tx: Tx,
  after: TenantId | undefined,
  count: number,
): Promise<TenantPage<AlertRulesRecord>> {
  const rows = await tx.$queryRaw<RulesRow[]>`
    SELECT tenant_id, rules, version, extract(epoch FROM updated_at)::float8 * 1000 AS changed_at_ms
      FROM alert_rules WHERE ${after ?? null}::text IS NULL OR tenant_id > ${after ?? null}
     ORDER BY tenant_id LIMIT ${count}`;
  const items = rows.map(recordOf);
  return { items, next: items.length < count ? undefined : items.at(-1)?.tenantId };
}

/** The new rules and their audit row, both or neither; of two that read the same version one wins. */
export async function changeRules(
  tx: Tx,
  tenantId: TenantId,
  { rules, reason }: { readonly rules: AlertRules; readonly reason: string },
  expectedVersion: number,
  actor: Actor,
): Promise<AlertRulesRecord> {
  const before = await findRules(tx, tenantId);
  const kept = JSON.stringify(rules);
  const changed =
    expectedVersion === 0
      ? await tx.$executeRaw`
          INSERT INTO alert_rules (tenant_id, rules) SELECT tenant_id, ${kept}::jsonb FROM tenants WHERE tenant_id = ${tenantId}
          ON CONFLICT DO NOTHING`
      : await tx.$executeRaw`
          UPDATE alert_rules SET rules = ${kept}::jsonb, version = version + 1, updated_at = now()
           WHERE tenant_id = ${tenantId} AND version = ${expectedVersion}`;
  if (changed === 0) {
    if (before.version === 0 && expectedVersion === 0) await assertTenant(tx, tenantId);
    throw fail('PRECONDITION_FAILED', { given: `version ${expectedVersion}`, allowed: `version ${before.version}` });
  }
  const [was, is] = [before.rules, rules].map((one) => ({ ...one }));
  await insertAudit(tx, actor, {
    tenant: tenantId,
    action: 'alert-rules',
    before: was ?? null,
    after: is ?? null,
    reason,
  });
  return findRules(tx, tenantId);
}

async function assertTenant(tx: Tx, tenantId: TenantId): Promise<void> {
  const known = await tx.$queryRaw<unknown[]>`SELECT 1 FROM tenants WHERE tenant_id = ${tenantId}`;
  if (known.length === 0) throw fail('TENANT_NOT_FOUND');
}

function recordOf(row: RulesRow): AlertRulesRecord {
  return {
    tenantId: row.tenant_id as TenantId,
    rules: readable(row.rules),
    version: row.version,
    changedAtMs: row.changed_at_ms,
  };
}

/** Rules that somebody wrote past this package must not stop the evaluation of everybody's: the defaults hold. */
function readable(rules: AlertRulesChange): AlertRules {
  try {
    return alertRulesOf(rules);
  } catch {
    return DEFAULT_ALERT_RULES;
  }
}
