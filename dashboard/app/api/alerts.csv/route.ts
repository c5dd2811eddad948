import type { Alert } from '@/data/alert-schema';
import { readAlerts } from '@/data/alerts';
import { csvWhole, FILE_PAGE } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { alertsSearch } from '@/features/alerts/alerts-search';

const HEAD = [
  'raised_at_utc',
  'resolved_at_utc',
  'state',
  'severity',
  'tenant_id',
  'tenant_name',
  'kind',
  'threshold',
  'value',
  'resolved_value',
  'acknowledged_at_utc',
  'acknowledged_by',
  'alert_id',
];

/** All alerts of the filters in the order of the page, 413 for more than 10,000. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const search = await alertsSearch(new URL(request.url));
    return csvWhole(
      { name: 'alerts', what: 'alerts' },
      HEAD,
      await readAlerts(viewer, { ...search, ...FILE_PAGE }),
      cells,
    );
  });
}

function cells(alert: Alert) {
  return [
    alert.raisedAt,
    alert.resolvedAt,
    alert.resolvedAt === null ? 'open' : 'resolved',
    alert.severity,
    alert.tenantId,
    alert.tenantName,
    alert.kind,
    alert.threshold,
    alert.value,
    alert.resolvedValue,
    alert.acknowledgedAt,
    alert.acknowledgedBy,
    alert.id,
  ];
}
