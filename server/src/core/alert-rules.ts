import { fail } from './errors.js';

/** What a rule can be about; the thresholds of a tenant's alerts are percent, points or percent. */
export const RULE_KINDS = ['quota', 'hit-rate-drop', 'rejection-rate'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** When a tenant's alerts are raised. Fields are not optional: what a change leaves out has its default again. */
export interface AlertRules {
  /** Percent of the quota, each an alert of its own; at most ten. Default 80, 95 and 100. */
  readonly quota: { readonly enabled: boolean; readonly thresholdsPercent: readonly number[] };
  /** Points that the last hour's hit rate is below the last seven days', from so many requests in the hour on. Default 10 and 1,000. */
  readonly hitRateDrop: { readonly enabled: boolean; readonly points: number; readonly minRequests: number };
  /** Percent of the last 15 minutes' writes that were refused, from so many writes on. Default above 1 % of 100. */
  readonly rejectionRate: { readonly enabled: boolean; readonly percent: number; readonly minWrites: number };
}

export const DEFAULT_ALERT_RULES: AlertRules = Object.freeze({
  quota: Object.freeze({ enabled: true, thresholdsPercent: Object.freeze([80, 95, 100]) }),
  hitRateDrop: Object.freeze({ enabled: true, points: 10, minRequests: 1_000 }),
  rejectionRate: Object.freeze({ enabled: true, percent: 1, minWrites: 100 }),
});

export const MAX_QUOTA_THRESHOLDS = 10;
export const MAX_THRESHOLD_PERCENT = 1_000;
const MAX_COUNT = 1_000_000_000;

/** Rules as given, with defaults for what is left out. */
export type AlertRulesChange = { readonly [K in keyof AlertRules]?: Partial<AlertRules[K]> | undefined };

/** @throws TenantCacheError `REQUEST_INVALID` naming the field, what was given and what is allowed */
export function alertRulesOf(given: AlertRulesChange): AlertRules {
  const quota = { ...DEFAULT_ALERT_RULES.quota, ...given.quota };
  const hitRateDrop = { ...DEFAULT_ALERT_RULES.hitRateDrop, ...given.hitRateDrop };
  const rejectionRate = { ...DEFAULT_ALERT_RULES.rejectionRate, ...given.rejectionRate };
  const thresholds: unknown = quota.thresholdsPercent;
  if (!Array.isArray(thresholds) || thresholds.length < 1 || thresholds.length > MAX_QUOTA_THRESHOLDS) {
    throw refused('quota.thresholdsPercent', `1 to ${MAX_QUOTA_THRESHOLDS} numbers`);
  }
  for (const threshold of thresholds) between('quota.thresholdsPercent', threshold, MAX_THRESHOLD_PERCENT);
  between('hitRateDrop.points', hitRateDrop.points, 100);
  between('rejectionRate.percent', rejectionRate.percent, 100);
  counted('hitRateDrop.minRequests', hitRateDrop.minRequests);
  counted('rejectionRate.minWrites', rejectionRate.minWrites);
  for (const rule of [quota, hitRateDrop, rejectionRate]) {
    if (typeof rule.enabled !== 'boolean') throw refused('enabled', 'true, false');
  }
  const thresholdsPercent = [...new Set(quota.thresholdsPercent)].sort((a, b) => a - b);
  return Object.freeze({ quota: { ...quota, thresholdsPercent }, hitRateDrop, rejectionRate });
}

/** The thresholds at which rules raise alerts of a kind; none where it is switched off. */
export function thresholdsOf(rules: AlertRules, kind: RuleKind): readonly number[] {
  if (kind === 'quota') return rules.quota.enabled ? rules.quota.thresholdsPercent : [];
  if (kind === 'hit-rate-drop') return rules.hitRateDrop.enabled ? [rules.hitRateDrop.points] : [];
  return rules.rejectionRate.enabled ? [rules.rejectionRate.percent] : [];
}

/** Two decimals at the most: a threshold is compared as it is kept. */
function between(field: string, value: unknown, max: number): void {
  const fine = typeof value === 'number' && value >= 0.01 && value <= max;
  if (!fine || Math.abs(value * 100 - Math.round(value * 100)) > 1e-6) {
    throw refused(field, `0.01 to ${max}, with two decimals at the most`);
  }
}

function counted(field: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > MAX_COUNT) {
    throw refused(field, `a whole number from 1 to ${MAX_COUNT}`);
  }
}

function refused(given: string, allowed: string) {
  return fail('REQUEST_INVALID', { given, allowed });
}
