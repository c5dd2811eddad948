import { readAlerts } from '@/data/alerts';
import { asFleet } from '@/data/handler';
import { json } from '@/data/problem';
import { ALERTS_PAGE_SIZE, alertsSearch } from '@/features/alerts/alerts-search';

/** The table of the alerts page again, for its live refresh. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const search = await alertsSearch(new URL(request.url));
    return json(await readAlerts(viewer, { ...search, pageSize: ALERTS_PAGE_SIZE }));
  });
}
