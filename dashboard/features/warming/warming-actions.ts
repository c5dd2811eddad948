import type { ChangeResult } from '@/data/change';
import type { WarmingRun } from '@/data/warming-schema';

/** What who may warm gets from the page; others get none and see no controls. */
export interface WarmingActions {
  readonly start: (job: string, reason: string) => Promise<ChangeResult<WarmingRun>>;
  readonly cancel: (runId: string, reason: string) => Promise<ChangeResult<WarmingRun>>;
}
