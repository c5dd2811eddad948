import type { Fact } from '@/components/ui/facts';
import { counted, limitMib, mib, shareOfQuota } from '@/components/ui/figures';
import type { Dataset } from '@/data/shared-schema';
import { limitWords } from './limit-words';

const DAY_MS = 86_400_000;

/** “market holds 341 entries, 7 % of its budget”. */
export function datasetHeading({ dataset, entries, usedBytes, quotaBytes }: Dataset): string {
  if (entries === null || usedBytes === null)
    return `What ${dataset} holds is not known: the shared store does not answer`;
  if (entries === 0) return `${dataset} is empty`;
  return `${dataset} holds ${counted(entries, 'entry', 'entries')}, ${shareOfQuota(usedBytes, quotaBytes)} of its budget`;
}

export function datasetFacts({ usedBytes, quotaBytes, policy, rateLimit, keepAccessMs }: Dataset): Fact[] {
  return [
    { key: 'used', name: 'Used', value: usedBytes === null ? 'not known' : mib(usedBytes) },
    { key: 'budget', name: 'Budget', value: limitMib(quotaBytes) },
    { key: 'policy', name: 'Evicts its own by', value: <code>{policy}</code> },
    { key: 'limit', name: 'Limit of each tenant', value: limitWords(rateLimit) },
    { key: 'kept', name: 'Who read what is kept for', value: counted(Math.round(keepAccessMs / DAY_MS), 'day') },
  ];
}
