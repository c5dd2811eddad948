import { limitMib, mib, percent } from '@/components/ui/figures';
import type { OwnUsage } from '@/data/own-usage';

/** Do I have enough? The first line of a tenant's own page. */
export function usageHeading({ usedBytes, state, quotaBytes, hardLimitBytes }: OwnUsage): string {
  if (usedBytes === null || state === null) return 'Nothing was stored for you yet';
  if (state === 'critical') return `You use ${mib(usedBytes)}, ${mib(usedBytes - hardLimitBytes)} more than you may`;
  if (state === 'exceeded') return `You use ${mib(usedBytes)}, ${mib(usedBytes - quotaBytes)} more than your quota`;
  if (state === 'warning')
    return `You use ${mib(usedBytes)}, ${mib(Math.max(0, quotaBytes - usedBytes))} of your quota are left`;
  return `You use ${mib(usedBytes)} of ${limitMib(quotaBytes)}`;
}

const MAKES_ROOM = {
  lru: 'the entries you have not used for longest are removed to make room',
  lfu: 'the entries you use least often are removed to make room',
  ttl: 'the entries whose time is up soonest are removed to make room',
  hybrid: 'the entries you used least lately and least often are removed to make room',
  reject: 'new entries are not stored until old ones end; your requests still work',
};

/** What that means, in plain words. */
export function usageLead({ usedBytes, state, quotaBytes, hardLimitBytes, policy, enforcement }: OwnUsage): string {
  if (usedBytes === null || state === null) {
    return `Your quota is ${limitMib(quotaBytes)}. It is ready; the first request that stores something appears here.`;
  }
  if (enforcement === 'off' || enforcement === 'observe') return 'Your quota is not enforced: everything is stored.';
  const overage = hardLimitBytes > quotaBytes;
  if (state === 'critical')
    return policy === 'reject'
      ? 'New entries are not stored until old ones end. Everything stored can be read.'
      : `Your limit was lowered. Until you are below it, ${MAKES_ROOM[policy]}.`;
  if (state === 'exceeded')
    return `Nothing is lost: your plan lets you go over, up to ${limitMib(hardLimitBytes)}. Above that, ${MAKES_ROOM[policy]}.`;
  if (overage)
    return `You may go over your quota, up to ${limitMib(hardLimitBytes)}. Above that, ${MAKES_ROOM[policy]}.`;
  return `When your quota is full, ${MAKES_ROOM[policy]}.`;
}

export interface Removed {
  readonly space: number;
  readonly expired: number;
  readonly invalidated: number;
}

/** What was removed, and whether that is anything to worry about. */
export function removedFinding({ space, expired, invalidated }: Removed, span: string): string {
  const all = space + expired + invalidated;
  if (all === 0) return `Nothing was removed in ${span}`;
  if (space === 0) return 'Nothing had to be removed to make room';
  const most = Math.max(space, expired, invalidated);
  const why =
    most === space ? 'to make room' : most === expired ? 'because their time was up' : 'because your data changed';
  const head = most / all > 0.5 ? 'Most entries were removed' : `${percent(most / all)} of the entries were removed`;
  return most === space || space / all < 0.1
    ? `${head} ${why}`
    : `${head} ${why}, ${percent(space / all)} to make room`;
}
