import { csv } from '@/components/ui/csv-text';
import { csvResponse } from '@/data/csv';
import { asTenant } from '@/data/handler';
import { problem } from '@/data/problem';
import { periodOfSlug } from '@/data/statement-schema';
import { findOwnStatement } from '@/data/statements';
import { LINES_HEAD, lineCells } from '@/features/statements/statement-csv';

/** The lines of one own statement as CSV. */
export function GET(request: Request, { params }: RouteContext<'/api/my/statements/[periodStart]'>): Promise<Response> {
  return asTenant(request, async (viewer) => {
    const period = periodOfSlug((await params).periodStart);
    const statement = period === undefined ? undefined : await findOwnStatement(viewer, period);
    if (!statement) return problem(404, 'There is no such statement.');
    return csvResponse('statement', csv(LINES_HEAD, lineCells(statement)));
  });
}
