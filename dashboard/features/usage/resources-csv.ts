import { csv } from '@/components/ui/csv-text';
import { csvResponse } from '@/data/csv';
import type { ResourceReading } from '@/data/resources';

const HEAD = [
  'from_utc_day',
  'to_utc_day',
  'resource',
  'requests',
  'l1_hits',
  'l2_hits',
  'misses',
  'loads',
  'load_time_ms',
  'bytes_served',
  'bytes_written',
];

/** All resources of the days as a file. */
export function resourcesCsv(name: string, { from, to, items }: ResourceReading): Response {
  const rows = items.map((row) => [
    from,
    to,
    row.resource,
    row.requests,
    row.l1Hits,
    row.l2Hits,
    row.misses,
    row.loads,
    row.loadTimeMs,
    row.bytesServed,
    row.bytesWritten,
  ]);
  return csvResponse(name, csv(HEAD, rows));
}
