import type { CsvValue } from '@/components/ui/csv-text';
import { AdminApiDown } from '@/data/admin-api';
import { type Crossings, ownCrossings } from '@/data/crossings';
import { csvStream, type PageQuery, pagesOf } from '@/data/csv';
import { asTenant } from '@/data/handler';

const HEAD = ['at_utc', 'state_before', 'state_after', 'used_bytes', 'quota_bytes', 'hard_limit_bytes'];

/** All thresholds that the use of the session's tenant passed, newest first. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, async (viewer) => {
    const read = async ({ page, pageSize }: PageQuery) => {
      const crossings = await ownCrossings(viewer, page, pageSize);
      if (crossings === undefined) throw new AdminApiDown('The API does not answer.');
      return crossings;
    };
    return csvStream('thresholds', HEAD, pagesOf(read, keyOf), cells);
  });
}

type Crossing = Crossings['items'][number];
const keyOf = (crossing: Crossing) => cells(crossing).join();

function cells({ at, from, to, usedBytes, quotaBytes, hardLimitBytes }: Crossing): CsvValue[] {
  return [at, from, to, usedBytes, quotaBytes, hardLimitBytes];
}
