'use client';

import { type Fact, Facts } from '@/components/ui/facts';
import { count } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { PageHead, PageMeta } from '@/components/ui/page-head';
import { ProgressBar } from '@/components/ui/progress-bar';
import { clock, day } from '@/components/ui/times';
import type { RunReading } from '@/data/warming';
import type { WarmingRun } from '@/data/warming-schema';
import { useLive } from '@/features/live/live';
import { CancelButton } from './cancel-button';
import { failureWords } from './failure-words';
import { bytesWords, lastedMs, lasting, progress, progressWords, runHeading } from './progress';
import { RunState } from './run-state';
import { triggerWords } from './trigger-words';
import type { WarmingActions } from './warming-actions';

const RUNNING_MS = 1_000;

interface RunViewProps {
  readonly path: string;
  readonly first: RunReading;
  readonly actions: WarmingActions | undefined;
}

/** One run: how far it is, at which rate, what came of its targets. */
export function RunView({ path, first, actions }: RunViewProps) {
  const { reading } = useLive(path, first, ({ run }) => (run.state === 'running' ? RUNNING_MS : undefined));
  const { run } = reading;
  const running = run.state === 'running';
  return (
    <>
      <PageHead
        title={runHeading(run)}
        actions={actions && running && <CancelButton run={run} cancel={actions.cancel} size="normal" />}
      >
        <PageMeta>
          <RunState run={run} />
          <span>Begun by {triggerWords(run)}</span>
          <span>
            {day(run.startedAt)}, {clock(run.startedAt)} UTC
          </span>
        </PageMeta>
      </PageHead>
      <p role="status" className="sr-only">
        {running ? '' : runHeading(run)}
      </p>
      <section aria-label="Progress" className="grid gap-2">
        <ProgressBar label={`Progress of ${run.job}`} share={progress(run)} text={progressWords(run)} />
        <p className="flex flex-wrap justify-between gap-x-4 text-13 text-text-secondary tabular-nums">
          <span>{progressWords(run)} targets</span>
          <span>{rateWords(run)}</span>
        </p>
      </section>
      <section aria-label="What came of the targets" className="grid gap-x-10 md:grid-cols-2">
        <Facts facts={targetFacts(run)} />
        <Facts facts={timeFacts(run)} />
      </section>
      <Failure run={run} />
    </>
  );
}

/** The heading says why; its code is what the log and docs/errors.md are searched for. */
function Failure({ run }: { run: WarmingRun }) {
  const words = failureWords(run);
  if (words === undefined) return null;
  return (
    <p className="text-13 text-text-secondary">
      {run.state === 'failed' ? 'It failed because' : 'The first target that failed did so because'} {words}:{' '}
      <code>{run.code}</code>. The log of the process that ran it names the job and the code, and of a list the source.
    </p>
  );
}

function rateWords({ state, perSecond, secondsLeft, ...run }: WarmingRun): string {
  const rate = perSecond === null ? '' : `${number(perSecond, perSecond < 10 ? 1 : 0)} targets a second`;
  if (state !== 'running') return rate === '' ? '' : `${rate}, on average`;
  if (run.total === null) return 'Sources are being listed';
  const left = secondsLeft === null ? 'time left not known yet' : `about ${lasting(secondsLeft * 1000)} left`;
  return rate === '' ? left : `${rate}, ${left}`;
}

function targetFacts({ done, skipped, failed, bytes }: WarmingRun): Fact[] {
  return [
    { key: 'loaded', name: 'Loaded', value: count(done) },
    { key: 'skipped', name: 'Skipped: fresh already, or no room', value: count(skipped) },
    { key: 'failed', name: 'Failed to load', value: count(failed) },
    { key: 'bytes', name: 'Stored', value: bytesWords(bytes) },
  ];
}

function timeFacts(run: WarmingRun): Fact[] {
  const { startedAt, endedAt, updatedAt, resumed } = run;
  return [
    { key: 'began', name: 'Began, UTC', value: clock(startedAt) },
    endedAt === null
      ? { key: 'updated', name: 'Last progress, UTC', value: clock(updatedAt) }
      : { key: 'ended', name: 'Ended, UTC', value: clock(endedAt) },
    { key: 'took', name: endedAt === null ? 'Has taken' : 'Took', value: lasting(lastedMs(run)) },
    {
      key: 'resumed',
      name: 'Taken over from a process that was lost',
      value: resumed === 0 ? 'never' : `${count(resumed)}${NO_BREAK_SPACE}×`,
    },
  ];
}
