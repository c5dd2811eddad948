import { z } from 'zod';
import { asFleet } from '@/data/handler';
import { json, problem } from '@/data/problem';
import { readWebhook } from '@/data/webhooks';
import { DELIVERIES_PAGE_SIZE, deliveriesSearch } from '@/features/webhooks/deliveries-search';

/** One webhook with a page of its deliveries again, for its live refresh. */
export function GET(request: Request, { params }: RouteContext<'/api/webhooks/[webhookId]'>): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const id = z.uuid().safeParse((await params).webhookId);
    const search = await deliveriesSearch(new URL(request.url));
    const query = { ...search, pageSize: DELIVERIES_PAGE_SIZE };
    const reading = id.success ? await readWebhook(viewer, id.data, query) : undefined;
    return reading ? json(reading) : problem(404, 'There is no such webhook.');
  });
}
