import { z } from 'zod';
import { WARMING_STATES, WARMING_TRIGGERS } from '../core/warming.js';
import { page, pageSize, reason, text } from './admin-schemas.js';
import { named, pageOf, time, whole } from './answer-schemas.js';

const job = text(64).regex(/^[a-z][a-z0-9-]{0,63}$/, { error: 'must be the name of a job' });
const state = z.enum(WARMING_STATES, { error: `must be one of ${WARMING_STATES.join(', ')}` });

export const warmingRunsQuery = z.strictObject({ job: job.optional(), state: state.optional(), page, pageSize });
export const newWarmingRunBody = z.strictObject({ job, reason });

export const warmingJobsAnswer = z.strictObject({
  items: z.array(
    named(
      'WarmingJob',
      z.strictObject({
        name: z.string(),
        schedule: z.string().nullable().meta({ description: 'A cron pattern, UTC; null: by no schedule' }),
        nextAt: time.nullable(),
        atStart: z.boolean(),
      }),
    ),
  ),
});

export const warmingRunAnswer = named(
  'WarmingRun',
  z.strictObject({
    id: z.uuid(),
    job: z.string(),
    trigger: z.enum(WARMING_TRIGGERS),
    startedBy: z.string().nullable(),
    state: z.enum(WARMING_STATES),
    total: whole.nullable().meta({ description: 'Null while its sources are being listed' }),
    done: whole.meta({ description: 'Targets loaded' }),
    failed: whole,
    skipped: whole.meta({ description: 'Fresh already, or without room below their tenant’s warning threshold' }),
    bytes: whole.meta({ description: 'Of what was loaded, as stored' }),
    perSecond: z.number().min(0).nullable().meta({ description: 'Targets of this run by second; null: not known yet' }),
    secondsLeft: z.number().min(0).nullable().meta({ description: 'At that rate; null: not known, or ended' }),
    startedAt: time,
    updatedAt: time.meta({ description: 'Of its last progress; after 30 s without, another process goes on with it' }),
    endedAt: time.nullable(),
    resumed: whole.meta({ description: 'How many processes lost it' }),
    cancelRequested: z.boolean(),
    code: z.string().nullable().meta({ description: 'Why it failed; else of the first target that did' }),
  }),
);
export const warmingRunsAnswer = pageOf(warmingRunAnswer);
