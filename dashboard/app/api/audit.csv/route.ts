import { type AuditRow, listAudit } from '@/data/audit';
import { csv, csvResponse } from '@/data/csv';
import { asFleet } from '@/data/problem';
import { auditSearch } from '@/features/audit/audit-search';

const MAX_ROWS = 10_000;
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

/** All entries of the filters, newest first, at most 10,000. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { tenant, actor } = await auditSearch(new URL(request.url));
    const { items } = await listAudit(viewer, { tenant, actor, page: 1, pageSize: MAX_ROWS });
    return csvResponse('audit', csv(HEAD, items.map(cells)));
  });
}

function cells({ at, actor, onBehalfOf, action, tenantId, tenantName, before, after, source, ip, reason }: AuditRow) {
  const text = (settings: AuditRow['before']) => settings && JSON.stringify(settings);
  return [at, actor, onBehalfOf, action, tenantId, tenantName, text(before), text(after), source, ip, reason];
}
