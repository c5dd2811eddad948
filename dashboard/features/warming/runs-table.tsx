import Link from 'next/link';
import { count } from '@/components/ui/figures';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { clock, day } from '@/components/ui/times';
import type { WarmingRun } from '@/data/warming-schema';
import { bytesWords, lastedMs, lasting, outcomeWords, progressWords } from './progress';
import { RunState } from './run-state';
import { triggerWords } from './trigger-words';

export function RunsTable({ runs }: { runs: readonly WarmingRun[] }) {
  return (
    <Table caption="Runs of warm-ups, newest first, times in UTC">
      <thead>
        <tr>
          <ColumnHead aria-sort="descending">Began, UTC</ColumnHead>
          <ColumnHead>Warm-up</ColumnHead>
          <ColumnHead>State</ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Targets
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Loaded
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Skipped
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Failed
          </ColumnHead>
          <ColumnHead figure className="max-lg:hidden">
            Stored
          </ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Took
          </ColumnHead>
          <ColumnHead className="pl-5 max-lg:hidden">Begun by</ColumnHead>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </tbody>
    </Table>
  );
}

function RunRow({ run }: { run: WarmingRun }) {
  const { id, job, startedAt, done, skipped, failed, bytes, code } = run;
  return (
    <Row>
      <RowHead className="whitespace-nowrap">
        <Link href={`/warming/${id}`} className="grid hover:underline hover:underline-offset-3">
          <time dateTime={startedAt}>{clock(startedAt)}</time>
          {!isToday(startedAt) && <span className="text-12 text-text-muted">{day(startedAt)}</span>}
        </Link>
      </RowHead>
      <Cell>{job}</Cell>
      <Cell>
        <span className="flex items-center gap-2">
          <RunState run={run} />
          {code !== null && <code className="text-12 text-text-secondary max-sm:hidden">{code}</code>}
        </span>
        <span className="block text-12 text-text-secondary sm:hidden">
          {run.state === 'running' ? progressWords(run) : outcomeWords(run)}
        </span>
      </Cell>
      <Cell figure className="max-sm:hidden">
        {progressWords(run)}
      </Cell>
      <Cell figure className="max-md:hidden">
        {count(done)}
      </Cell>
      <Cell figure className="max-md:hidden">
        {count(skipped)}
      </Cell>
      <Cell figure className="max-md:hidden">
        {count(failed)}
      </Cell>
      <Cell figure className="text-text-secondary max-lg:hidden">
        {bytesWords(bytes)}
      </Cell>
      <Cell figure className="text-text-secondary max-sm:hidden">
        {lasting(lastedMs(run))}
      </Cell>
      <Cell className="pl-5 text-text-secondary max-lg:hidden">{triggerWords(run)}</Cell>
    </Row>
  );
}

function isToday(at: string): boolean {
  return at.slice(0, 10) === new Date().toISOString().slice(0, 10);
}
