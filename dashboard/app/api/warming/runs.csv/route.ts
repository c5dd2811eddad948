import type { CsvValue } from '@/components/ui/csv-text';
import { csvStream, type PageQuery, pagesOf } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { readRuns } from '@/data/warming';
import type { WarmingRun } from '@/data/warming-schema';
import { warmingSearch } from '@/features/warming/warming-search';

const HEAD = [
  'started_at_utc',
  'ended_at_utc',
  'job',
  'state',
  'trigger',
  'started_by',
  'targets',
  'loaded',
  'skipped',
  'failed',
  'stored_bytes',
  'code',
  'resumed',
  'run_id',
];

/** All runs of the filters, newest first. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const search = await warmingSearch(new URL(request.url));
    const read = (query: PageQuery) => readRuns(viewer, { ...search, ...query });
    return csvStream(
      'warm-ups',
      HEAD,
      pagesOf(read, ({ id }) => id),
      cells,
    );
  });
}

function cells(run: WarmingRun): CsvValue[] {
  return [
    run.startedAt,
    run.endedAt,
    run.job,
    run.state,
    run.trigger,
    run.startedBy,
    run.total,
    run.done,
    run.skipped,
    run.failed,
    run.bytes,
    run.code,
    run.resumed,
    run.id,
  ];
}
