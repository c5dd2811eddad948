import type { CsvValue } from '@/components/ui/csv-text';
import { csvStream } from '@/data/csv';
import { asFleet } from '@/data/handler';
import { listTenants, type Tenant, type TenantQuery } from '@/data/tenants';
import type { FleetViewer } from '@/data/viewer';
import { tenantsSearch } from '@/features/tenants/tenants-search';

const PAGE_SIZE = 100;
/** Use changes while the file is read, and tenants with it their pages. */
const BY_NAME = { sort: 'name', order: 'asc' } as const;
const HEAD = [
  'tenant_id',
  'name',
  'plan',
  'state',
  'used_bytes',
  'entries',
  'quota_mib',
  'overage_allowed',
  'overage_limit_mib',
  'policy',
  'enforcement',
  'suspended',
  'changed_at_utc',
  'source',
];

/** All tenants of the filters by name, sent while they are read. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { page: _, ...query } = await tenantsSearch(new URL(request.url));
    return csvStream('tenants', HEAD, steps(viewer, query), cells);
  });
}

async function* steps(viewer: FleetViewer, query: Omit<TenantQuery, 'page' | 'pageSize'>) {
  let begunFrom: string | undefined;
  for (let page = 1; ; page += 1) {
    const { source, data } = await listTenants(viewer, { ...query, ...BY_NAME, page, pageSize: PAGE_SIZE });
    begunFrom ??= source;
    // Each has an order of its own: going on with the other would lose tenants and repeat others.
    if (source !== begunFrom) throw new Error('the API went away while a file of tenants was sent');
    yield data.items.map((tenant) => ({ ...tenant, source }));
    if (data.items.length < PAGE_SIZE) return;
  }
}

function cells({
  tenantId,
  name,
  plan,
  usage,
  quota,
  suspended,
  changedAt,
  source,
}: Tenant & { source: string }): CsvValue[] {
  return [
    tenantId,
    name,
    plan,
    usage?.state ?? null,
    usage?.usedBytes ?? null,
    usage?.entries ?? null,
    quota.quotaMb,
    quota.overageAllowed,
    quota.overageLimitMb,
    quota.policy,
    quota.enforcement,
    suspended,
    changedAt,
    source,
  ];
}
