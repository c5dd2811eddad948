import type { CsvValue } from '@/components/ui/csv-text';
import { csvStream, type PageQuery, pagesOf } from '@/data/csv';
import { asFleet } from '@/data/handler';
import type { ListedWebhook } from '@/data/webhook-schema';
import { readWebhooks } from '@/data/webhooks';
import { webhooksSearch } from '@/features/webhooks/deliveries-search';

const HEAD = [
  'webhook_id',
  'origin',
  'tenant_id',
  'tenant_name',
  'events',
  'state',
  'created_at_utc',
  'last_delivery_at_utc',
  'last_delivery_state',
  'last_delivery_status',
];

/** All webhooks of the search, by their origins: what stands behind those is for admins alone. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { tenant } = await webhooksSearch(new URL(request.url));
    const read = (query: PageQuery) => readWebhooks(viewer, { tenant, ...query });
    return csvStream(
      'webhooks',
      HEAD,
      pagesOf(read, ({ id }) => id),
      cells,
    );
  });
}

function cells({
  id,
  origin,
  tenantId,
  tenantName,
  events,
  disabledAt,
  active,
  createdAt,
  last,
}: ListedWebhook): CsvValue[] {
  return [
    id,
    origin,
    tenantId,
    tenantName,
    events.join(' '),
    disabledAt !== null ? 'switched off by failures' : active ? 'on' : 'off',
    createdAt,
    last?.createdAt,
    last?.state,
    last?.status,
  ];
}
