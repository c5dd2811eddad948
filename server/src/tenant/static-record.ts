import type { TenantRecord } from '../core/directory.js';
import { l1Policy } from '../core/l1-options.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { TenantSettings } from '../core/quota.js';
import type { StaticTenant } from '../core/static-tenants.js';
import { factsOf, type TenantFacts } from '../core/tenant-facts.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import { completeSettings, SETTING_NAMES } from './settings.js';

/** @throws TenantCacheError `OPTION_INVALID`, `TENANT_INVALID` */
export function listedTenants(where: string, listed: Readonly<Record<string, StaticTenant>>): TenantRecord[] {
  return Object.entries(listed).map(([id, configured]) => listedTenant(`${where}.static`, id, configured));
}

export function recordOf(tenant: TenantId, facts: TenantFacts, settings: Required<TenantSettings>): TenantRecord {
  return { tenantId: tenant, ...factsOf(facts), settings, known: true, version: 1, changedAtMs: Date.now() };
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function changedQuota(record: TenantRecord, change: Partial<TenantSettings>): TenantRecord {
  const settings = completeSettings('changeQuota()', { ...record.settings, ...change });
  return { ...record, settings, version: record.version + 1, changedAtMs: Date.now() };
}

function listedTenant(where: string, id: string, configured: StaticTenant): TenantRecord {
  const tenant = tenantId(id);
  const what = `${where}.${tenant}`;
  assertOptionNames(what, configured, [...SETTING_NAMES, 'name', 'plan', 'suspended', 'l1Policy']);
  const { name = id, plan = 'static', suspended = false, l1Policy: policy, ...settings } = configured;
  if (typeof suspended !== 'boolean') throw invalidOption(what, `suspended: ${typeof suspended}`, 'true, false');
  const facts = { name: String(name), plan: String(plan), suspended };
  const record = recordOf(tenant, facts, completeSettings(what, settings));
  return policy === undefined ? record : { ...record, l1Policy: l1Policy(what, 'l1Policy', policy) };
}
