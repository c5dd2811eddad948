import { count, counted, limitMib, mib } from '@/components/ui/figures';
import type { QuotaPreview } from '@/data/quota';
import { type Enforcement, losesSomething, type Policy } from '@/data/quota-schema';

export const POLICY_WORDS: Record<Policy, string> = {
  lru: 'Evict what was not read for longest',
  lfu: 'Evict what is read least often, by a count that fades',
  ttl: 'Evict what expires soonest',
  hybrid: 'Weigh how lately and how often it is read, and its priority',
  reject: 'Evict nothing, refuse new writes',
};

const EVICTED_FIRST: Record<Policy, string> = {
  lru: ', the least recently used first',
  lfu: ', the least often used first',
  ttl: ', those that expire soonest first',
  hybrid: ', the least lately and least often used first',
  reject: '',
};

export const ENFORCEMENT_WORDS: Record<Enforcement, string> = {
  off: 'nothing is counted against the quota.',
  observe: 'count and warn only.',
  soft: 'evict, never refuse.',
  hard: 'the limit holds for every write.',
};

/** True where saving evicts entries or refuses writes: the new limit is in force and below the present use. */
export function mustConfirm(preview: QuotaPreview): boolean {
  return losesSomething(preview);
}

/** `about 158.2 MiB`, or without “about” where the server counted every candidate. */
function evicted({ evictBytes, exact }: QuotaPreview): string {
  return exact ? mib(evictBytes) : `about ${mib(evictBytes)}`;
}

/** @param doing what is about to happen, such as “Saving” */
export function previewHeading(preview: QuotaPreview, doing = 'Saving'): string {
  if (preview.evictBytes > 0) return `${doing} evicts ${evicted(preview)}`;
  return mustConfirm(preview) ? `${doing} evicts nothing, but new writes are refused` : `${doing} evicts nothing`;
}

export function previewSentence(preview: QuotaPreview): string {
  const { usedBytes, entries, evictBytes, evictEntries, after } = preview;
  const hard = limitMib(after.hardLimitBytes);
  if (evictBytes > 0) {
    const which = `${count(evictEntries)} of ${counted(entries, 'entry', 'entries')}${EVICTED_FIRST[after.policy]}.`;
    return `${which} ${hard} is below the present use, so eviction goes on until ${mib(usedBytes - evictBytes)} are left.`;
  }
  if (mustConfirm(preview)) {
    return `${mib(usedBytes)} are in use, more than the new limit of ${hard}. Writes are refused until entries expire.`;
  }
  if (after.enforcement === 'off' || after.enforcement === 'observe') {
    return `${mib(usedBytes)} are in use. With enforcement ${after.enforcement}, no limit evicts or refuses anything.`;
  }
  return `${mib(usedBytes)} are in use, ${mib(after.hardLimitBytes - usedBytes)} stay free up to the hard limit of ${hard}.`;
}

export function confirmation(preview: QuotaPreview | undefined, tenantName: string): string {
  if (!preview) return `Save without a preview, whatever ${tenantName} loses`;
  return preview.evictBytes > 0
    ? `Evict ${evicted(preview)} of ${tenantName} now`
    : `Refuse writes of ${tenantName} until entries expire`;
}

/** What the button says, and whether something is lost. */
export function saveButton(preview: QuotaPreview | undefined, changed: boolean): { text: string; danger: boolean } {
  if (!changed || !preview) return { text: 'Save quota', danger: false };
  const { before, after, evictBytes } = preview;
  const verb = after.hardLimitBytes < before.hardLimitBytes ? 'Lower quota' : 'Save quota';
  if (evictBytes > 0) return { text: `${verb}, evict ${mib(evictBytes)}`, danger: true };
  if (mustConfirm(preview)) return { text: `${verb}, refuse writes`, danger: true };
  return { text: after.hardLimitBytes > before.hardLimitBytes ? 'Raise quota' : verb, danger: false };
}
