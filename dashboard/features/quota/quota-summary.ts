import { count, mib } from '@/components/ui/figures';
import type { Quota } from '@/data/quota-schema';
import { overageOf } from './quota-entries';

/** “Now 512 MiB, overage up to 128 MiB, 561.4 MiB in use”. */
export function quotaSummary(quota: Quota, usedBytes: number | undefined): string {
  const overage = overageOf(quota);
  return [
    `Now ${count(quota.quotaMb)}\u00a0MiB`,
    overage > 0 ? `overage up to ${count(overage)}\u00a0MiB` : 'no overage',
    usedBytes === undefined ? 'use not known' : `${mib(usedBytes)} in use`,
  ].join(', ');
}
