import type { OwnAlert } from '@/data/alert-schema';
import { readOwnAlerts } from '@/data/alerts';
import { csvWhole, FILE_PAGE } from '@/data/csv';
import { asTenant } from '@/data/handler';
import { ownAlertsSearch } from '@/features/alerts/alerts-search';

const HEAD = ['raised_at_utc', 'resolved_at_utc', 'state', 'severity', 'kind', 'threshold', 'value', 'resolved_value'];

/** All of the tenant's own alerts of the filters, 413 for more than 10,000. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, async (viewer) => {
    const search = await ownAlertsSearch(new URL(request.url));
    const found = await readOwnAlerts(viewer, { ...search, ...FILE_PAGE });
    return csvWhole({ name: 'alerts', what: 'alerts' }, HEAD, found, cells);
  });
}

function cells({ raisedAt, resolvedAt, severity, kind, threshold, value, resolvedValue }: OwnAlert) {
  const state = resolvedAt === null ? 'open' : 'resolved';
  return [raisedAt, resolvedAt, state, severity, kind, threshold, value, resolvedValue];
}
