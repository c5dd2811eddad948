import Link from 'next/link';
import { ColumnTable, type TableColumn } from '@/components/ui/column-table';
import { count } from '@/components/ui/figures';
import { clock, day } from '@/components/ui/times';
import type { WarmingRun } from '@/data/warming-schema';
import { failureWords } from './failure-words';
import { bytesWords, lastedMs, lasting, outcomeWords, progressWords } from './progress';
import { RunState } from './run-state';
import { triggerWords } from './trigger-words';

const COLUMNS: readonly TableColumn<WarmingRun>[] = [
  { head: 'Began, UTC', sorted: 'descending', className: 'whitespace-nowrap', cell: (run) => <Began run={run} /> },
  { head: 'Warm-up', cell: ({ job }) => job },
  { head: 'State', cell: (run) => <HowItGoes run={run} /> },
  { head: 'Targets', figure: true, from: 'sm', cell: progressWords },
  { head: 'Loaded', figure: true, from: 'md', cell: ({ done }) => count(done) },
  { head: 'Skipped', figure: true, from: 'md', cell: ({ skipped }) => count(skipped) },
  { head: 'Failed', figure: true, from: 'md', cell: ({ failed }) => count(failed) },
  { head: 'Stored', figure: true, from: 'lg', quiet: true, cell: ({ bytes }) => bytesWords(bytes) },
  { head: 'Took', figure: true, from: 'sm', quiet: true, cell: (run) => lasting(lastedMs(run)) },
  { head: 'Begun by', from: 'lg', quiet: true, className: 'pl-5', cell: triggerWords },
];

export function RunsTable({ runs }: { runs: readonly WarmingRun[] }) {
  return (
    <ColumnTable
      caption="Runs of warm-ups, newest first, times in UTC"
      columns={COLUMNS}
      rows={runs}
      keyOf={({ id }) => id}
    />
  );
}

function Began({ run: { id, startedAt } }: { run: WarmingRun }) {
  return (
    <Link href={`/warming/${id}`} className="grid hover:underline hover:underline-offset-3">
      <time dateTime={startedAt}>{clock(startedAt)}</time>
      {!isToday(startedAt) && <span className="text-12 text-text-muted">{day(startedAt)}</span>}
    </Link>
  );
}

/** Narrow screens have no room for the figures: there the words say them. */
function HowItGoes({ run }: { run: WarmingRun }) {
  return (
    <>
      <RunState run={run} />
      <span className="block text-12 text-text-secondary sm:hidden">
        {run.state === 'running' ? progressWords(run) : outcomeWords(run)}
      </span>
      {run.code !== null && <span className="block text-12 text-text-secondary">{failureWords(run)}</span>}
    </>
  );
}

function isToday(at: string): boolean {
  return at.slice(0, 10) === new Date().toISOString().slice(0, 10);
}
