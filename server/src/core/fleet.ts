import { createHash } from 'node:crypto';
import { isDatasetOwner } from './dataset.js';
import type { FleetSettings, TenantRecord } from './directory.js';
import { fail } from './errors.js';
import { ENFORCEMENTS, type Enforcement, type Limits, limitsOf } from './quota.js';
import type { TenantId } from './tenant-id.js';

export const DEFAULT_FLEET: FleetSettings = Object.freeze({
  enforcedPercentage: 100,
  enforcementOfOthers: 'observe',
  sharedStoreBypassed: false,
});

export const ENFORCEMENTS_OF_OTHERS = ['off', 'observe', 'soft'] as const;

/** What of a fleet decides on limits. */
export type Rollout = Pick<FleetSettings, 'enforcedPercentage' | 'enforcementOfOthers'>;

/** Where a tenant stands in a rollout, 0 to 9,999, the same in every process and for ever: its own enforcement holds once the percentage is past it. */
export function rolloutPosition(tenant: TenantId): number {
  const digest = createHash('sha256').update(`tenantcache enforcement ${tenant}`).digest();
  return Math.floor((digest.readUInt32BE(0) / 2 ** 32) * 10_000);
}

/** What holds for a tenant: its own enforcement, or the weaker of it and `enforcementOfOthers` where the rollout has not reached it. */
export function effectiveEnforcement(tenant: TenantId, own: Enforcement, rollout: Rollout): Enforcement {
  const { enforcedPercentage, enforcementOfOthers } = rollout;
  if (strength(own) <= strength(enforcementOfOthers)) return own;
  return rolloutPosition(tenant) < Math.round(enforcedPercentage * 100) ? own : enforcementOfOthers;
}

/** The limits that are in force for a tenant. */
export function effectiveLimits(record: Pick<TenantRecord, 'tenantId' | 'settings'>, rollout: Rollout): Limits {
  const { settings, tenantId } = record;
  const limits = limitsOf(settings);
  // A roll-out is among tenants.
  if (isDatasetOwner(tenantId)) return limits;
  const enforcement = effectiveEnforcement(tenantId, limits.enforcement, rollout);
  return enforcement === limits.enforcement ? limits : Object.freeze({ ...limits, enforcement });
}

/** The settings after a change. @throws TenantCacheError `OPTION_INVALID` naming the field, what was given and what is allowed */
export function changedFleet(before: FleetSettings, change: Partial<FleetSettings>): FleetSettings {
  const enforcedPercentage = change.enforcedPercentage ?? before.enforcedPercentage;
  const enforcementOfOthers = change.enforcementOfOthers ?? before.enforcementOfOthers;
  const sharedStoreBypassed = change.sharedStoreBypassed ?? before.sharedStoreBypassed;
  if (!isPercentage(enforcedPercentage)) {
    throw refused(`enforcedPercentage: ${enforcedPercentage}`, '0 to 100, with two decimals at the most');
  }
  if (!ENFORCEMENTS_OF_OTHERS.includes(enforcementOfOthers)) {
    throw refused(`enforcementOfOthers: ${String(enforcementOfOthers)}`, ENFORCEMENTS_OF_OTHERS.join(', '));
  }
  if (typeof sharedStoreBypassed !== 'boolean') {
    throw refused(`sharedStoreBypassed: ${typeof sharedStoreBypassed}`, 'true, false');
  }
  return Object.freeze({ enforcedPercentage, enforcementOfOthers, sharedStoreBypassed });
}

/** Positions are counted in hundredths of a percent. */
export function isPercentage(value: unknown): value is number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 100)) return false;
  return Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;
}

function strength(enforcement: Enforcement): number {
  return ENFORCEMENTS.indexOf(enforcement);
}

function refused(given: string, allowed: string) {
  return fail('OPTION_INVALID', { given, allowed });
}
