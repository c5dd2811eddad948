import { csv } from '@/components/ui/csv-text';
import type { OwnAlert } from '@/data/alert-schema';
import { readOwnAlerts } from '@/data/alerts';
import { csvResponse } from '@/data/csv';
import { asTenant } from '@/data/handler';
import { tooMany } from '@/data/problem';
import { ownAlertsSearch } from '@/features/alerts/alerts-search';

const MAX_ROWS = 10_000;
const HEAD = ['raised_at_utc', 'resolved_at_utc', 'state', 'severity', 'kind', 'threshold', 'value', 'resolved_value'];

/** All of the tenant's own alerts of the filters, 413 for more than 10,000. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, async (viewer) => {
    const search = await ownAlertsSearch(new URL(request.url));
    const { items, total } = await readOwnAlerts(viewer, { ...search, page: 1, pageSize: MAX_ROWS });
    if (total > items.length) return tooMany('alerts', total, MAX_ROWS);
    return csvResponse('alerts', csv(HEAD, items.map(cells)));
  });
}

function cells({ raisedAt, resolvedAt, severity, kind, threshold, value, resolvedValue }: OwnAlert) {
  const state = resolvedAt === null ? 'open' : 'resolved';
  return [raisedAt, resolvedAt, state, severity, kind, threshold, value, resolvedValue];
}
