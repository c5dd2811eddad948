import { milliseconds, transferred } from '@/charts/number-format';
import { count, counted } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { WarmingRun } from '@/data/warming-schema';
import { failureWords } from './failure-words';

type Counts = Pick<WarmingRun, 'total' | 'done' | 'failed' | 'skipped'>;

/** Targets that the run is through with. */
export function through({ done, failed, skipped }: Counts): number {
  return done + failed + skipped;
}

/** 0 to 1; undefined while it is not known how much there is. A run over nothing is through. */
export function progress(run: Counts): number | undefined {
  if (run.total === null) return undefined;
  return run.total === 0 ? 1 : Math.min(1, through(run) / run.total);
}

/** “37 of 100”, “37 so far” while sources are being listed. */
export function progressWords(run: Counts): string {
  const gone = count(through(run));
  return run.total === null ? `${gone} so far` : `${gone} of ${count(run.total)}`;
}

/** “1.3 s”, “2 min 5 s”, “1 h 3 min”. */
export function lasting(ms: number): string {
  const space = NO_BREAK_SPACE;
  if (ms < 1000) return `${milliseconds(Math.round(ms))}${space}ms`;
  if (ms < 60_000) return `${number(ms / 1000, ms < 10_000 ? 1 : 0)}${space}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${space}min ${seconds % 60}${space}s`;
  return `${Math.floor(seconds / 3600)}${space}h ${Math.floor((seconds % 3600) / 60)}${space}min`;
}

/** How long it took, or has taken at its last progress. */
export function lastedMs({ startedAt, updatedAt, endedAt }: Pick<WarmingRun, 'startedAt' | 'updatedAt' | 'endedAt'>) {
  return Math.max(0, Date.parse(endedAt ?? updatedAt) - Date.parse(startedAt));
}

/** “4.1 MiB”. */
export function bytesWords(bytes: number): string {
  const { figure, unit } = transferred(bytes);
  return `${figure}${NO_BREAK_SPACE}${unit}`;
}

/** What a run did with its targets, without what it did not do: “33 loaded, 3 skipped”. */
export function outcomeWords({ done, skipped, failed }: Counts): string {
  const parts = [
    ...(done > 0 ? [`${count(done)} loaded`] : []),
    ...(skipped > 0 ? [`${count(skipped)} skipped`] : []),
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
  ];
  return parts.length === 0 ? 'nothing to load' : parts.join(', ');
}

/** The heading of one run. */
export function runHeading(run: WarmingRun): string {
  const { job, state, total, done, failed } = run;
  const took = lasting(lastedMs(run));
  if (state === 'running') {
    if (run.cancelRequested) return `${job} is being cancelled after ${progressWords(run)}`;
    return total === null ? `${job} lists what to load` : `${job} is through with ${progressWords(run)}`;
  }
  if (state === 'cancelled') return `${job} was cancelled after ${progressWords(run)}`;
  if (state === 'failed') return `${job} failed after ${progressWords(run)}${because(run)}`;
  if (total === 0) return `${job} found nothing to load`;
  if (failed > 0) {
    return `${job} could not load ${count(failed)} of ${counted(total ?? through(run), 'target')}${because(run)}`;
  }
  return done === 0
    ? `${job} found all ${counted(total ?? through(run), 'target')} fresh, in ${took}`
    : `${job} loaded ${counted(done, 'target')} in ${took}`;
}

function because(run: WarmingRun): string {
  const words = failureWords(run);
  return words === undefined ? '' : `: ${words}`;
}

interface Job {
  readonly name: string;
  readonly nextAt: string | null;
  readonly lastRun: WarmingRun | undefined;
}

/** The heading of all jobs: what is under way, what went wrong, else what comes next. */
export function jobsHeading(jobs: readonly Job[], clockOf: (at: string) => string): string {
  if (jobs.length === 0) return 'No warm-up is defined';
  const failed = jobs.filter(({ lastRun }) => lastRun?.state === 'failed');
  if (failed.length > 0) {
    const [first] = failed;
    return failed.length === 1 && first?.lastRun
      ? `The last run of ${first.name} failed${because(first.lastRun)}`
      : `The last runs of ${failed.length} of ${counted(jobs.length, 'warm-up')} failed`;
  }
  const partly = jobs.filter(({ lastRun }) => lastRun?.state === 'done' && lastRun.failed > 0);
  const [only] = partly;
  if (partly.length === 1 && only?.lastRun) return runHeading(only.lastRun);
  if (partly.length > 1) return `${partly.length} of ${counted(jobs.length, 'warm-up')} could not load everything`;
  const next = jobs
    .flatMap(({ name, nextAt }) => (nextAt === null ? [] : [{ name, nextAt }]))
    .sort((one, other) => one.nextAt.localeCompare(other.nextAt))[0];
  const fine = jobs.every(({ lastRun }) => lastRun === undefined)
    ? `${counted(jobs.length, 'warm-up')} and no run yet`
    : jobs.length === 1
      ? 'The warm-up runs as it should'
      : `All ${counted(jobs.length, 'warm-up')} run as they should`;
  return next ? `${fine}; ${next.name} is next at ${clockOf(next.nextAt)} UTC` : fine;
}
