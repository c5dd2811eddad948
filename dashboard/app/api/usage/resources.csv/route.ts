import { asTenant } from '@/data/handler';
import { ownResources } from '@/data/resources';
import { loadRangeParams, rangeOf } from '@/features/range/search-params';
import { resourcesCsv } from '@/features/usage/resources-csv';

/** Counts of the own tenant's resources on the UTC days that the range touches. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, async (viewer) =>
    resourcesCsv('resources', await ownResources(viewer, rangeOf(loadRangeParams(request)))),
  );
}
