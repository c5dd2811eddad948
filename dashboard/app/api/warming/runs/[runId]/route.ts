import { z } from 'zod';
import { asFleet } from '@/data/handler';
import { json, problem } from '@/data/problem';
import { readRun } from '@/data/warming';

/** One run again, for the live progress of its page. */
export function GET(request: Request, { params }: RouteContext<'/api/warming/runs/[runId]'>): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { runId } = await params;
    const run = z.uuid().safeParse(runId).success ? await readRun(viewer, runId) : undefined;
    return run ? json(run) : problem(404, 'There is no such run.');
  });
}
