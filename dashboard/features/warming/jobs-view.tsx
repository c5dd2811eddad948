'use client';

import { Flame } from 'lucide-react';
import { Empty } from '@/components/ui/empty';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { clock } from '@/components/ui/times';
import type { JobsReading } from '@/data/warming';
import { useLive } from '@/features/live/live';
import { JobsTable } from './jobs-table';
import { jobsHeading } from './progress';
import type { WarmingActions } from './warming-actions';

/** While something runs its progress is read this often. */
const RUNNING_MS = 2_000;

interface JobsViewProps {
  readonly path: string;
  readonly first: JobsReading;
  readonly actions: WarmingActions | undefined;
}

export function JobsView({ path, first, actions }: JobsViewProps) {
  const { reading } = useLive(path, first, ({ jobs }) =>
    jobs?.some(({ lastRun }) => lastRun?.state === 'running') ? RUNNING_MS : undefined,
  );
  const { jobs } = reading;
  if (jobs === undefined || jobs.length === 0) return <NoJobs known={jobs !== undefined} />;
  return (
    <>
      <PageHead title={jobsHeading(jobs, clock)}>
        <PageLead>
          Values are loaded before somebody asks for them. A warm-up leaves each tenant below its warning threshold and
          evicts nothing.
        </PageLead>
      </PageHead>
      <section aria-label="Warm-ups">
        <JobsTable jobs={jobs} actions={actions} />
      </section>
    </>
  );
}

function NoJobs({ known }: { known: boolean }) {
  return (
    <>
      <PageHead title="No warm-up is defined" />
      <Empty
        icon={Flame}
        title={known ? 'A warm-up appears here when a process defines it' : 'This API has no warming'}
      >
        {known ? (
          <>
            Define it in each process with <code>cache.warming.define</code>: what to load, how fast, and when. Until
            then values are loaded when they are first asked for.
          </>
        ) : (
          'Its process has no cache that warms. Values are loaded when they are first asked for.'
        )}
      </Empty>
    </>
  );
}
