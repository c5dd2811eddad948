import { asFleet } from '@/data/handler';
import { json } from '@/data/problem';
import { readDeliveries } from '@/data/webhooks';
import { LATEST_DELIVERIES } from '@/features/webhooks/deliveries-search';

/** The newest deliveries of all webhooks again, for their live refresh. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => json(await readDeliveries(viewer, LATEST_DELIVERIES)));
}
