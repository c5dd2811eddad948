import { z } from 'zod';

export const WARMING_STATES = ['running', 'done', 'cancelled', 'failed'] as const;
export type WarmingState = (typeof WARMING_STATES)[number];

const WHOLE = z.number().nonnegative();

export const WARMING_JOB = z.object({
  name: z.string(),
  /** A cron pattern, UTC; null: by no schedule. */
  schedule: z.string().nullable(),
  nextAt: z.string().nullable(),
  atStart: z.boolean(),
});
export type WarmingJob = z.infer<typeof WARMING_JOB>;

/** One run as the admin API tells of it; the counts are targets. */
export const WARMING_RUN = z.object({
  id: z.uuid(),
  job: z.string(),
  trigger: z.enum(['start', 'schedule', 'demand']),
  startedBy: z.string().nullable(),
  state: z.enum(WARMING_STATES),
  /** Null while sources are being listed. */
  total: WHOLE.nullable(),
  done: WHOLE,
  failed: WHOLE,
  /** Fresh already, or without room. */
  skipped: WHOLE,
  bytes: WHOLE,
  perSecond: WHOLE.nullable(),
  secondsLeft: WHOLE.nullable(),
  startedAt: z.string(),
  updatedAt: z.string(),
  endedAt: z.string().nullable(),
  /** How many processes lost it. */
  resumed: WHOLE,
  cancelRequested: z.boolean(),
  /** Why it failed; else of the first target that did. */
  code: z.string().nullable(),
});
export type WarmingRun = z.infer<typeof WARMING_RUN>;

/** As the server names jobs. */
export const JOB_PATTERN = /^[a-z][a-z0-9-]{0,63}$/;

export const RUNS_PAGE_SIZE = 15;
