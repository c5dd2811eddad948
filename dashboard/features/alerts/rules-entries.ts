import type { AlertRules } from '@/data/alert-schema';
import { plain } from './alert-words';

/** What the form holds: text as it was typed. */
export interface RulesEntries {
  readonly quotaOn: boolean;
  readonly thresholds: string;
  readonly hitRateOn: boolean;
  readonly points: string;
  readonly minRequests: string;
  readonly rejectionOn: boolean;
  readonly percent: string;
  readonly minWrites: string;
}

/** As the API names them. Of one threshold it says `quota.thresholdsPercent.1`; the form has one field for all. */
export const RULES_FIELDS = [
  'quota.thresholdsPercent',
  'hitRateDrop.points',
  'hitRateDrop.minRequests',
  'rejectionRate.percent',
  'rejectionRate.minWrites',
  'reason',
] as const;
export type RulesField = (typeof RULES_FIELDS)[number];
export type RulesErrors = Readonly<Partial<Record<RulesField, string>>>;

const MAX_THRESHOLDS = 10;
const MAX_THRESHOLD_PERCENT = 1_000;
const MAX_COUNT = 1_000_000_000;

export function entriesOf({ quota, hitRateDrop, rejectionRate }: AlertRules): RulesEntries {
  return {
    quotaOn: quota.enabled,
    thresholds: quota.thresholdsPercent.map(ungrouped).join(', '),
    hitRateOn: hitRateDrop.enabled,
    points: ungrouped(hitRateDrop.points),
    minRequests: String(hitRateDrop.minRequests),
    rejectionOn: rejectionRate.enabled,
    percent: ungrouped(rejectionRate.percent),
    minWrites: String(rejectionRate.minWrites),
  };
}

/** The rules that the form says, or what is wrong by the API's name of the field. */
export function rulesOf(entries: RulesEntries): { rules: AlertRules } | { errors: RulesErrors } {
  const errors: Partial<Record<RulesField, string>> = {};
  const share = (field: RulesField, text: string, max: number) => {
    const value = decimal(text);
    if (value === undefined || value < 0.01 || value > max) {
      errors[field] = `Enter a number from 0.01 to ${max.toLocaleString('en-US')}, with two decimals at the most.`;
    }
    return value ?? 0;
  };
  const whole = (field: RulesField, text: string) => {
    const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : 0;
    if (value < 1 || value > MAX_COUNT) errors[field] = 'Enter a whole number from 1 to 1,000,000,000.';
    return value;
  };
  const given = entries.thresholds.split(/[\s,;]+/).filter((text) => text !== '');
  const thresholdsPercent = given.map((text) => share('quota.thresholdsPercent', text, MAX_THRESHOLD_PERCENT));
  if (given.length < 1 || given.length > MAX_THRESHOLDS) {
    errors['quota.thresholdsPercent'] = `Enter 1 to ${MAX_THRESHOLDS} thresholds. You entered ${given.length}.`;
  }
  const rules = {
    quota: { enabled: entries.quotaOn, thresholdsPercent },
    hitRateDrop: {
      enabled: entries.hitRateOn,
      points: share('hitRateDrop.points', entries.points, 100),
      minRequests: whole('hitRateDrop.minRequests', entries.minRequests),
    },
    rejectionRate: {
      enabled: entries.rejectionOn,
      percent: share('rejectionRate.percent', entries.percent, 100),
      minWrites: whole('rejectionRate.minWrites', entries.minWrites),
    },
  };
  return Object.keys(errors).length > 0 ? { errors } : { rules };
}

function decimal(text: string): number | undefined {
  return /^\d{1,6}(\.\d{1,2})?$/.test(text.trim()) ? Number(text) : undefined;
}

function ungrouped(value: number): string {
  return plain(value).replaceAll(',', '');
}
