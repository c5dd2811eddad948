import { count } from '@/components/ui/figures';
import type { Dataset } from '@/data/shared-schema';

/** “60,000 reads a minute”. */
export function limitWords(rateLimit: Dataset['rateLimit']): string {
  if (rateLimit === null) return 'none';
  const { limit, windowMs } = rateLimit;
  const window = windowMs === 60_000 ? 'a minute' : windowMs === 1_000 ? 'a second' : `in ${count(windowMs / 1000)} s`;
  return `${count(limit)} reads ${window}`;
}
