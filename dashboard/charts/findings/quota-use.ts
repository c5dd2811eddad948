import { mib, shareOfQuota } from '@/components/ui/figures';
import { known, latest, type Value } from '../gaps';
import { since } from './words';

export interface QuotaUseFacts {
  readonly times: readonly number[];
  readonly used: readonly Value[];
  readonly quota: readonly Value[];
  readonly hard: readonly Value[];
  readonly nowMs: number;
  readonly voice?: 'operator' | 'tenant';
}

const AT_LIMIT = 0.97;
const MOVED = 0.05;
/** Fewer tell no movement. */
const FEWEST_POINTS = 6;

/** Where use stands against the quota, since when it is above, and how it moved. */
export function quotaUseFinding(facts: QuotaUseFacts): string {
  const { times, used, quota, hard, nowMs, voice = 'operator' } = facts;
  const subject = voice === 'tenant' ? 'Your use' : 'Use';
  const now = latest(used);
  const bound = latest(quota);
  const limit = latest(hard) ?? bound;
  if (now === null || bound === null || limit === null || bound <= 0) return `${subject} is not known`;
  if (now > limit) return `${subject} is ${mib(now - limit)} above the ${voice === 'tenant' ? 'upper' : 'hard'} limit`;
  if (now > bound) {
    const below = used.findLastIndex((value, index) => value !== null && value <= (quota[index] ?? bound));
    const from = times[below + 1];
    const passed = below >= 0 && from !== undefined ? ` ${since(from, nowMs)}` : '';
    return `${subject} is above the quota${passed}, by ${mib(now - bound)}`;
  }
  const share = shareOfQuota(now, bound);
  if (now >= AT_LIMIT * limit) return `${subject} stands at ${share} of the quota: next to no room is left`;
  const before = firstLevel(used);
  const moved = before === undefined ? 0 : (now - before) / bound;
  const course =
    Math.abs(moved) < MOVED || before === undefined
      ? ''
      : `, ${moved > 0 ? 'up' : 'down'} from ${shareOfQuota(before, bound)}`;
  return `${subject} is ${share} of the quota${course}`;
}

function firstLevel(used: readonly Value[]): number | undefined {
  const present = known(used);
  return present.length < FEWEST_POINTS ? undefined : present[0];
}
