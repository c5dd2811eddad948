import { readOwnAlerts } from '@/data/alerts';
import { asTenant } from '@/data/handler';
import { json } from '@/data/problem';
import { ALERTS_PAGE_SIZE, ownAlertsSearch } from '@/features/alerts/alerts-search';

/** A tenant's own alerts again, for their live refresh. Whose they are is the session's to say, never the URL's. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, async (viewer) => {
    const search = await ownAlertsSearch(new URL(request.url));
    return json(await readOwnAlerts(viewer, { ...search, pageSize: ALERTS_PAGE_SIZE }));
  });
}
