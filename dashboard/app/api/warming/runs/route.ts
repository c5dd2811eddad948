import { asFleet } from '@/data/handler';
import { json } from '@/data/problem';
import { readRuns } from '@/data/warming';
import { RUNS_PAGE_SIZE } from '@/data/warming-schema';
import { warmingSearch } from '@/features/warming/warming-search';

/** The runs of the warming page again, for its live refresh. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const search = await warmingSearch(new URL(request.url));
    return json(await readRuns(viewer, { ...search, pageSize: RUNS_PAGE_SIZE }));
  });
}
