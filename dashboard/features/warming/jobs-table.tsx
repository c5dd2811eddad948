import Link from 'next/link';
import { ProgressBar } from '@/components/ui/progress-bar';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { clock, moment } from '@/components/ui/times';
import type { JobNow } from '@/data/warming';
import type { WarmingRun } from '@/data/warming-schema';
import { CancelButton } from './cancel-button';
import { failureWords } from './failure-words';
import { outcomeWords, progress, progressWords } from './progress';
import { RunState } from './run-state';
import { StartButton } from './start-button';
import type { WarmingActions } from './warming-actions';
import { warmingHref } from './warming-search';

interface JobsTableProps {
  readonly jobs: readonly JobNow[];
  readonly actions: WarmingActions | undefined;
}

export function JobsTable({ jobs, actions }: JobsTableProps) {
  return (
    <Table caption="Warm-ups with their schedule and their last run, times in UTC">
      <thead>
        <tr>
          <ColumnHead>Warm-up</ColumnHead>
          <ColumnHead className="max-md:hidden">Schedule</ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Next, UTC
          </ColumnHead>
          <ColumnHead className="sm:pl-5">Last run</ColumnHead>
          <ColumnHead className="w-[26%] max-sm:hidden">Targets</ColumnHead>
          {actions && (
            <ColumnHead>
              <span className="sr-only">Actions</span>
            </ColumnHead>
          )}
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <JobRow key={job.name} job={job} actions={actions} />
        ))}
      </tbody>
    </Table>
  );
}

function JobRow({ job, actions }: { job: JobNow; actions: WarmingActions | undefined }) {
  const { name, schedule, nextAt, atStart, lastRun } = job;
  const running = lastRun?.state === 'running';
  return (
    <Row>
      <RowHead>
        <Link
          href={warmingHref({ job: name, state: '', page: 1 })}
          className="font-medium hover:underline hover:underline-offset-3"
        >
          {name}
        </Link>
        <span className="block text-12 text-text-muted sm:hidden">
          {nextAt === null ? 'no schedule' : `next ${clock(nextAt)} UTC`}
        </span>
      </RowHead>
      <Cell className="max-md:hidden">
        {schedule === null ? <span className="text-text-muted">none</span> : <code>{schedule}</code>}
        {atStart && <span className="text-12 text-text-muted"> and at the start</span>}
      </Cell>
      <Cell figure className="text-text-secondary max-sm:hidden">
        {nextAt === null ? '–' : <time dateTime={nextAt}>{clock(nextAt)}</time>}
      </Cell>
      <Cell className="sm:pl-5">
        {lastRun ? (
          <Link
            href={`/warming/${lastRun.id}`}
            className="flex flex-wrap items-center gap-x-2 hover:underline hover:underline-offset-3"
          >
            <RunState run={lastRun} />
            <span className="w-full text-12 text-text-secondary sm:hidden">
              {running ? progressWords(lastRun) : outcomeWords(lastRun)}
              <Why run={lastRun} />
            </span>
            <span className="text-12 whitespace-nowrap text-text-muted tabular-nums max-sm:hidden">
              {moment(lastRun.endedAt ?? lastRun.startedAt)}
            </span>
          </Link>
        ) : (
          <span className="text-text-muted">no run yet</span>
        )}
      </Cell>
      <Cell className="max-sm:hidden">
        <Targets job={job} />
      </Cell>
      {actions && (
        <Cell className="text-right">
          {running ? (
            <CancelButton run={lastRun} cancel={actions.cancel} />
          ) : (
            <StartButton job={name} start={actions.start} />
          )}
        </Cell>
      )}
    </Row>
  );
}

function Why({ run }: { run: WarmingRun }) {
  const words = failureWords(run);
  return words === undefined ? null : <span className="block text-12">{words}</span>;
}

function Targets({ job: { name, lastRun } }: { job: JobNow }) {
  if (!lastRun) return <span className="text-text-muted">–</span>;
  if (lastRun.state !== 'running') {
    return (
      <span className="text-text-secondary">
        {outcomeWords(lastRun)}
        <Why run={lastRun} />
      </span>
    );
  }
  const words = progressWords(lastRun);
  return (
    <span className="grid grid-cols-[minmax(48px,1fr)_auto] items-center gap-2.5 tabular-nums">
      <ProgressBar label={`Progress of ${name}`} share={progress(lastRun)} text={words} />
      <span className="min-w-[72px] text-right whitespace-nowrap">{words}</span>
    </span>
  );
}
