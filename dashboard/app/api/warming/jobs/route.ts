import { asFleet } from '@/data/handler';
import { json } from '@/data/problem';
import { readJobs } from '@/data/warming';

/** The jobs of the warming page again, for its live refresh. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => json(await readJobs(viewer)));
}
