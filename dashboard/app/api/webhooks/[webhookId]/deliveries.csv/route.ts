import { z } from 'zod';
import { csvWhole, FILE_PAGE } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { problem } from '@/data/problem';
import type { Delivery } from '@/data/webhook-schema';
import { readWebhook } from '@/data/webhooks';
import { deliveriesSearch } from '@/features/webhooks/deliveries-search';

const HEAD = [
  'created_at_utc',
  'type',
  'state',
  'attempts',
  'status',
  'error',
  'duration_ms',
  'delivered_at_utc',
  'next_attempt_at_utc',
  'delivery_id',
];

type Context = RouteContext<'/api/webhooks/[webhookId]/deliveries.csv'>;

/** All deliveries of the filter, newest first, 413 for more than 10,000. */
export function GET(request: Request, { params }: Context): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const id = z.uuid().safeParse((await params).webhookId);
    const { state } = await deliveriesSearch(new URL(request.url));
    const reading = id.success ? await readWebhook(viewer, id.data, { state, ...FILE_PAGE }) : undefined;
    if (!reading) return problem(404, 'There is no such webhook.');
    const found = { items: reading.deliveries, total: reading.total };
    return csvWhole({ name: 'deliveries', what: 'deliveries' }, HEAD, found, cells);
  });
}

function cells(delivery: Delivery) {
  const { createdAt, type, state, attempts, status, error, durationMs, deliveredAt, nextAttemptAt, id } = delivery;
  return [createdAt, type, state, attempts, status, error, durationMs, deliveredAt, nextAttemptAt, id];
}
