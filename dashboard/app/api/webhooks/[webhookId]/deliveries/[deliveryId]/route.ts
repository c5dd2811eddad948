import { z } from 'zod';
import { asFleet } from '@/data/handler';
import { json, problem } from '@/data/problem';
import { readDelivery } from '@/data/webhooks';

type Context = RouteContext<'/api/webhooks/[webhookId]/deliveries/[deliveryId]'>;

/** One delivery, for who waits for its answer. */
export function GET(request: Request, { params }: Context): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const ids = z.object({ webhookId: z.uuid(), deliveryId: z.uuid() }).safeParse(await params);
    const delivery = ids.success ? await readDelivery(viewer, ids.data.webhookId, ids.data.deliveryId) : undefined;
    return delivery ? json(delivery) : problem(404, 'There is no such delivery.');
  });
}
