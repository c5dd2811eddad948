import { limitMib, mib } from '@/components/ui/figures';
import type { Policy, Quota, QuotaState } from '@/data/quota-schema';

type Terms = Pick<Quota, 'quotaBytes' | 'hardLimitBytes' | 'policy' | 'enforcement'>;

/** The heading of a tenant's page: where it stands, in one finding. */
export function tenantHeading(
  name: string,
  usedBytes: number | undefined,
  state: QuotaState | undefined,
  terms: Terms,
  suspended = false,
): string {
  if (suspended) return `${name} is suspended`;
  if (usedBytes === undefined || state === undefined) return `How much ${name} uses is not known`;
  const { quotaBytes, hardLimitBytes } = terms;
  if (state === 'critical') {
    return hardLimitBytes > quotaBytes
      ? `${name} is ${mib(usedBytes - hardLimitBytes)} over its hard limit`
      : `${name} is ${mib(usedBytes - quotaBytes)} over its quota`;
  }
  if (state === 'exceeded') return `${name} is ${mib(usedBytes - quotaBytes)} over its quota`;
  if (state === 'warning') return `${name} has ${mib(Math.max(0, quotaBytes - usedBytes))} left of its quota`;
  return `${name} is within its quota`;
}

const MAKES_ROOM: Record<Policy, string> = {
  lru: 'the least recently used entries are evicted',
  lfu: 'the least often used entries are evicted',
  ttl: 'the entries that end soonest are evicted',
  hybrid: 'the entries used least lately and least often are evicted',
  reject: 'new entries are refused until old ones expire',
};

/** What the next requests of a suspended tenant meet. */
export const SUSPENDED =
  'Every request is refused until the tenant is let in again. What is stored stays until its time is up.';

/** What the next writes meet. */
export function consequence(usedBytes: number | undefined, state: QuotaState | undefined, terms: Terms): string {
  const { quotaBytes, hardLimitBytes, policy, enforcement } = terms;
  if (enforcement === 'off') return 'The quota is not enforced: every write is stored.';
  if (enforcement === 'observe')
    return 'The quota is only observed: every write is stored, what would be refused is counted.';
  if (usedBytes === undefined || state === undefined) {
    return `The quota is ${limitMib(quotaBytes)}. The shared store has not said how much of it is used.`;
  }
  const overage = hardLimitBytes > quotaBytes;
  if (state === 'critical') {
    return policy === 'reject'
      ? 'Writes are refused until entries expire. Reads work.'
      : 'Entries are evicted in the background until the use is below the limit. Reads work.';
  }
  const end = `${overage ? 'Above that' : 'When it is full'}, ${MAKES_ROOM[policy]}.`;
  if (state === 'exceeded') return `Writes still pass: overage is allowed up to ${limitMib(hardLimitBytes)}. ${end}`;
  if (overage) return `Writes pass up to ${limitMib(hardLimitBytes)}, overage included. ${end}`;
  return `Writes pass up to ${limitMib(quotaBytes)}. ${end}`;
}
