import { csv, csvResponse } from '@/data/csv';
import { asFleet } from '@/data/problem';
import { listTenants, type Tenant, type TenantQuery } from '@/data/tenants';
import type { FleetViewer } from '@/data/viewer';
import { tenantsSearch } from '@/features/tenants/tenants-search';

const PAGE_SIZE = 100;
const MAX_ROWS = 10_000;
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

/** All tenants of the search and in its order, at most 10,000. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const { search, sort, order } = await tenantsSearch(new URL(request.url));
    return csvResponse('tenants', csv(HEAD, await rows(viewer, { search, sort, order })));
  });
}

async function rows(viewer: FleetViewer, query: Omit<TenantQuery, 'page' | 'pageSize'>) {
  const found: (string | number | boolean | null)[][] = [];
  for (let page = 1; found.length < MAX_ROWS; page += 1) {
    const { source, data } = await listTenants(viewer, { ...query, page, pageSize: PAGE_SIZE });
    found.push(...data.items.map((tenant) => cells(tenant, source)));
    if (data.items.length < PAGE_SIZE) break;
  }
  return found;
}

function cells({ tenantId, name, plan, usage, quota, suspended, changedAt }: Tenant, source: string) {
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
