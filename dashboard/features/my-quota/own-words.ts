import { limitMib } from '@/components/ui/figures';
import { day } from '@/components/ui/times';
import type { Crossings } from '@/data/crossings';
import type { QuotaChangeEvent } from '@/data/quota-changes';

const TIMES = ['never', 'once', 'twice'];

/** What became of the reader's quota in the last year. @param count of all changes, of which the newest are given */
export function ownChangesFinding(
  events: readonly Pick<QuotaChangeEvent, 'atMs' | 'before' | 'after'>[],
  count: number,
): string {
  const [last] = events;
  if (!last) return 'Your quota did not change in the last 365 days';
  const often = TIMES[count] ?? `${count.toLocaleString('en-US')} times`;
  const { before, after } = last;
  if (before.quotaBytes === after.quotaBytes) return `Your quota settings changed ${often} in the last 365 days`;
  const way = after.quotaBytes > before.quotaBytes ? 'raised' : 'lowered';
  return `Your quota was ${way} to ${limitMib(after.quotaBytes)} on ${day(last.atMs)}`;
}

/** The heading of the thresholds: where the newest crossing went. */
export function crossingsFinding({ items, total }: Crossings, page: number): string {
  const [last] = items;
  if (total === 0 || !last || page > 1) return 'Thresholds that you passed';
  const on = day(last.at);
  if (last.to === 'ok') return `You came back below 80 % of your quota on ${on}`;
  if (last.to === 'warning') {
    return rose(last) ? `You passed 80 % of your quota on ${on}` : `You came back below your quota on ${on}`;
  }
  if (last.to === 'exceeded') {
    return rose(last) ? `You passed your quota on ${on}` : `You came back below your upper limit on ${on}`;
  }
  return `You passed your upper limit on ${on}`;
}

const ORDER = ['ok', 'warning', 'exceeded', 'critical'];

function rose({ from, to }: { from: string; to: string }): boolean {
  return ORDER.indexOf(to) > ORDER.indexOf(from);
}
