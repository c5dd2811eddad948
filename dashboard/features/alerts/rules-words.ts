import { counted } from '@/components/ui/figures';
import type { AlertRules } from '@/data/alert-schema';
import { plain, type Voice } from './alert-words';

/** “80, 95 and 100 %”. */
export function thresholdsWords(thresholds: readonly number[]): string {
  const words = thresholds.map(plain);
  const last = words.pop() ?? '';
  return `${words.length > 0 ? `${words.join(', ')} and ${last}` : last}\u00a0%`;
}

/** “Aster Quant is warned at 80, 95 and 100 % of its quota”. */
export function rulesHeading(name: string, { quota, hitRateDrop, rejectionRate }: AlertRules): string {
  if (quota.enabled) return `${name} is warned at ${thresholdsWords(quota.thresholdsPercent)} of its quota`;
  if (hitRateDrop.enabled || rejectionRate.enabled) return `${name} is not warned of its quota`;
  return `${name} is never alerted: all rules are off`;
}

export interface RuleLine {
  readonly key: keyof AlertRules;
  readonly name: string;
  readonly when: string;
}

/** Each rule in a sentence. */
export function ruleLines({ quota, hitRateDrop, rejectionRate }: AlertRules, voice: Voice): RuleLine[] {
  const own = voice === 'tenant';
  const off = 'Off';
  return [
    {
      key: 'quota',
      name: own ? 'Your quota fills' : 'Quota fills',
      when: quota.enabled ? `At ${thresholdsWords(quota.thresholdsPercent)}` : off,
    },
    {
      key: 'hitRateDrop',
      name: own ? 'Your hit rate falls' : 'Hit rate falls',
      when: hitRateDrop.enabled
        ? `Over ${plain(hitRateDrop.points)} points below the last 7 days, from ${counted(hitRateDrop.minRequests, 'request')} an hour`
        : off,
    },
    {
      key: 'rejectionRate',
      name: own ? 'Entries are not stored' : 'Writes are refused',
      when: rejectionRate.enabled
        ? `Over ${plain(rejectionRate.percent)}\u00a0% in 15 minutes, from ${counted(rejectionRate.minWrites, 'write')}`
        : off,
    },
  ];
}
