import { csv } from '@/components/ui/csv-text';
import { csvResponse } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { problem } from '@/data/problem';
import { periodOfSlug } from '@/data/statement-schema';
import { findStatement } from '@/data/statements';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { LINES_HEAD, lineCells } from '@/features/statements/statement-csv';

/** The lines of one tenant's statement as CSV. */
export function GET(
  request: Request,
  { params }: RouteContext<'/api/billing/[tenantId]/[periodStart]'>,
): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { tenantId, periodStart } = await params;
    const period = periodOfSlug(periodStart);
    const known = period !== undefined && TENANT_ID_PATTERN.test(tenantId);
    const statement = known ? await findStatement(viewer, tenantId, period) : undefined;
    if (!statement) return problem(404, 'There is no such statement.');
    return csvResponse(`statement-${tenantId}`, csv(LINES_HEAD, lineCells(statement)));
  });
}
