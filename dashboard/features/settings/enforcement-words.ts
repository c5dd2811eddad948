import { count, counted } from '@/components/ui/figures';
import { NO_BREAK_SPACE } from '@/components/ui/number';
import type { EnforcementOfOthers, Fleet } from '@/data/fleet-schema';

export const OTHERS_WORDS: Record<EnforcementOfOthers, string> = {
  off: 'Nothing is counted against their quotas.',
  observe: 'Counted and reported as if enforced; nothing is evicted or refused.',
  soft: 'Entries are evicted; no write is refused.',
};

export const OTHERS_LABELS: Record<EnforcementOfOthers, string> = {
  off: 'Off',
  observe: 'Observe',
  soft: 'Soft',
};

/** Whole, or with the decimals that were set. */
export function share(percentage: number): string {
  return `${String(percentage)}${NO_BREAK_SPACE}%`;
}

/** How many tenants a share is, as far as it can be known without asking for each. */
function reachedTenants(percentage: number, tenants: number): string {
  if (percentage === 100) return tenants === 1 ? 'the one tenant' : `all ${counted(tenants, 'tenant')}`;
  if (percentage === 0) return 'no tenant';
  return `about ${count(Math.round((tenants * percentage) / 100))} of ${counted(tenants, 'tenant')}`;
}

/** What holds, worst first: a bypassed store, then tenants that are not enforced. */
export function enforcementHeading(
  { sharedStoreBypassed, enforcedPercentage, enforcementOfOthers }: Fleet,
  tenants: number,
) {
  if (sharedStoreBypassed) return 'The shared store is bypassed: nothing is read from or written to Redis';
  if (enforcedPercentage === 100) return `The enforcement of each tenant holds, for ${reachedTenants(100, tenants)}`;
  return `The enforcement of each tenant holds for ${share(enforcedPercentage)} of them, the others have ${enforcementOfOthers} at most`;
}

/** What a share means for tenants, in a sentence. */
export function shareConsequence(percentage: number, others: EnforcementOfOthers, tenants: number): string {
  if (percentage === 100) return `The enforcement of each tenant holds, for ${reachedTenants(100, tenants)}.`;
  return `The enforcement of each tenant holds for ${reachedTenants(percentage, tenants)}. For the others: ${OTHERS_WORDS[others].toLowerCase()}`;
}

/** 0 to 100 with at most two decimals; undefined for anything else. */
export function percentageOf(typed: string): number | undefined {
  const text = typed.trim();
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(text)) return undefined;
  const value = Number(text);
  return value <= 100 ? value : undefined;
}

/** What two versions differ in: “enforced share 100 % to 50 %”. */
export function fleetDifferences(before: Fleet, after: Fleet): string[] {
  const store = ({ sharedStoreBypassed }: Fleet) => (sharedStoreBypassed ? 'bypassed' : 'in use');
  const all = [
    { name: 'enforced share', was: share(before.enforcedPercentage), is: share(after.enforcedPercentage) },
    { name: 'the others', was: before.enforcementOfOthers, is: after.enforcementOfOthers },
    { name: 'shared store', was: store(before), is: store(after) },
  ];
  return all.flatMap(({ name, was, is }) => (was === is ? [] : [`${name} ${was} to ${is}`]));
}
