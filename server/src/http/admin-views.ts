import type { FleetRecord, FleetSettings, TenantDirectory, TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import { type QuotaState, quotaState, type TenantSettings } from '../core/quota.js';
import type { StoreUsage } from '../core/store-outcomes.js';
import type { TenantIdRule } from '../core/tenant-id-option.js';
import type { CrossingRow } from '../core/usage-sink.js';
import type { SettingsChange } from './admin-schemas.js';

const MIB = 1_048_576;

/** Six decimals of a MiB are a byte, or as good as one; the exact figure is in bytes. */
export function mebibytes(bytes: number): number {
  return Math.round((bytes / MIB) * 1e6) / 1e6;
}

/** A quota as the API shows it: MiB as people set it, bytes as they are counted. */
export function quotaView(record: TenantRecord, fleet: FleetSettings) {
  const { quotaBytes, overageAllowed, overageLimitBytes, policy, enforcement } = record.settings;
  const effective = effectiveLimits(record, fleet);
  return {
    tenantId: record.tenantId,
    quotaMb: mebibytes(quotaBytes),
    overageAllowed,
    overageLimitMb: mebibytes(overageLimitBytes),
    policy,
    enforcement,
    effectiveEnforcement: effective.enforcement,
    enforcementDecidedBy: effective.enforcement === enforcement ? 'tenant' : 'rollout',
    quotaBytes,
    hardLimitBytes: effective.hardLimitBytes,
    version: record.version,
    changedAt: new Date(record.changedAtMs).toISOString(),
  };
}

export function tenantView(record: TenantRecord, usage: StoreUsage | undefined, fleet: FleetSettings) {
  const { tenantId: id, name, plan, suspended, version, changedAtMs } = record;
  const quota = quotaView(record, fleet);
  return {
    tenantId: id,
    name,
    plan,
    suspended,
    version,
    changedAt: new Date(changedAtMs).toISOString(),
    quota,
    usage: usage ? { usedBytes: usage.usedBytes, entries: usage.entries, state: stateOf(record, usage, fleet) } : null,
  };
}

export function stateOf(
  record: TenantRecord,
  { usedBytes }: Pick<StoreUsage, 'usedBytes'>,
  fleet: FleetSettings,
): QuotaState {
  return quotaState(usedBytes, effectiveLimits(record, fleet));
}

export function fleetView({ version, changedAtMs, ...settings }: FleetRecord) {
  return { ...settings, version, changedAt: new Date(changedAtMs).toISOString() };
}

export function crossingView({ atMs, from, to, usedBytes, quotaBytes, hardLimitBytes }: CrossingRow) {
  return { at: new Date(atMs).toISOString(), from, to, usedBytes, quotaBytes, hardLimitBytes };
}

/** The settings a change names, in bytes; what it does not name is absent. */
export function settingsOf({ quotaMb, overageLimitMb, overageAllowed, policy, enforcement }: SettingsChange) {
  const settings: Partial<TenantSettings> = {};
  if (quotaMb !== undefined) settings.quotaBytes = quotaMb * MIB;
  if (overageLimitMb !== undefined) settings.overageLimitBytes = overageLimitMb * MIB;
  if (overageAllowed !== undefined) settings.overageAllowed = overageAllowed;
  if (policy !== undefined) settings.policy = policy;
  if (enforcement !== undefined) settings.enforcement = enforcement;
  return settings;
}

/** @throws TenantCacheError `TENANT_INVALID`, `TENANT_NOT_FOUND` also where the directory only has a default for it */
export async function knownTenant(
  { directory, tenantId }: { directory: TenantDirectory; tenantId: TenantIdRule },
  raw: unknown,
): Promise<TenantRecord> {
  const record = await directory.find(tenantId(raw));
  if (!record.known) throw fail('TENANT_NOT_FOUND');
  return record;
}
