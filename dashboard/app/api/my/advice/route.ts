import { readOwnAdvice } from '@/data/advice';
import { asTenant } from '@/data/handler';
import { json, problem } from '@/data/problem';

/** What the advisor says of the reader's own tenant. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, async (viewer) => {
    const reading = await readOwnAdvice(viewer);
    return reading ? json(reading) : problem(404, 'There is no such tenant.');
  });
}
