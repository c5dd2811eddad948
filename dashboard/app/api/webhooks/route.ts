import { asFleet } from '@/data/handler';
import { json } from '@/data/problem';
import { readWebhooks } from '@/data/webhooks';
import { WEBHOOKS_PAGE_SIZE, webhooksSearch } from '@/features/webhooks/deliveries-search';

/** The list of webhooks again, for its live refresh. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const search = await webhooksSearch(new URL(request.url));
    return json(await readWebhooks(viewer, { ...search, pageSize: WEBHOOKS_PAGE_SIZE }));
  });
}
