import type { CsvValue } from '@/components/ui/csv-text';
import { csvStream, type PageQuery, pagesOf } from '@/data/csv';
import { asFleet } from '@/data/handler';
import type { Plan } from '@/data/plan-schema';
import { listPlans } from '@/data/plans';

const HEAD = [
  'plan',
  'default',
  'quota_mib',
  'overage_allowed',
  'overage_limit_mib',
  'policy',
  'enforcement',
  'tenants',
  'tenants_with_own_quota',
];

/** All plans, by name. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const read = (query: PageQuery) => listPlans(viewer, query);
    return csvStream(
      'plans',
      HEAD,
      pagesOf(read, ({ name }) => name),
      cells,
    );
  });
}

function cells({ name, isDefault, quota, tenants, tenantsWithOwnQuota }: Plan): CsvValue[] {
  const { quotaMb, overageAllowed, overageLimitMb, policy, enforcement } = quota;
  return [name, isDefault, quotaMb, overageAllowed, overageLimitMb, policy, enforcement, tenants, tenantsWithOwnQuota];
}
