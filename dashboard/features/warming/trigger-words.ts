import type { WarmingRun } from '@/data/warming-schema';

/** Who or what began a run. */
export function triggerWords({ trigger, startedBy }: Pick<WarmingRun, 'trigger' | 'startedBy'>): string {
  if (trigger === 'schedule') return 'its schedule';
  if (trigger === 'start') return 'the start of a process';
  return startedBy ?? 'the application';
}
