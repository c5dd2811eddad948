import type { CsvValue } from '@/components/ui/csv-text';
import { type AuditRow, auditSteps, type Facts } from '@/data/audit';
import { csvStream } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { auditSearch } from '@/features/audit/audit-search';

const HEAD = [
  'at_utc',
  'actor',
  'on_behalf_of',
  'action',
  'tenant_id',
  'tenant_name',
  'before',
  'after',
  'source',
  'ip',
  'reason',
];

/** All entries of the filters, newest first, sent while they are read. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { page: _, ...filters } = await auditSearch(new URL(request.url));
    return csvStream('audit', HEAD, auditSteps(viewer, filters), cells);
  });
}

function cells({
  at,
  actor,
  onBehalfOf,
  action,
  tenantId,
  tenantName,
  facts: { before, after },
  source,
  ip,
  reason,
}: AuditRow): CsvValue[] {
  const text = (kept: Facts | null) => kept && JSON.stringify(kept);
  return [at, actor, onBehalfOf, action, tenantId, tenantName, text(before), text(after), source, ip, reason];
}
