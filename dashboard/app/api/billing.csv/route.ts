import type { CsvValue } from '@/components/ui/csv-text';
import { type BillRow, billingSteps } from '@/data/billing';
import { csvStream } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { billingSearch } from '@/features/billing/billing-search';

const HEAD = [
  'tenant_id',
  'name',
  'period_start_utc',
  'period_end_utc',
  'state',
  'plan',
  'currency',
  'total',
  'mb_hours',
  'overage_mb_hours',
  'peak_bytes',
  'requests',
  'bytes_served',
];

/** All periods of the month and the search, by tenant. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { month, search } = await billingSearch(new URL(request.url));
    return csvStream(`billing-${month}`, HEAD, billingSteps(viewer, { month, search }), cells);
  });
}

function cells(row: BillRow): CsvValue[] {
  return [
    row.tenantId,
    row.name,
    new Date(row.startMs).toISOString(),
    new Date(row.endMs).toISOString(),
    row.open ? 'under way' : 'closed',
    row.plan,
    row.currency,
    row.total,
    row.mbHours,
    row.overageMbHours,
    row.peakBytes,
    row.requests,
    row.bytesServed,
  ];
}
