import 'server-only';
import type { Prisma as PrismaNamespace } from '@tenantcache/database';
import { database } from './database';
import { Prisma } from './database-package';
import { type Enforcement, type Policy, quotaOf, quotaState } from './quota-schema';
import { fleetTenants, stateOf } from './tenant-rows';
import type { FromApi, Tenant, TenantListing, TenantQuery } from './tenants';
import type { FleetViewer } from './viewer';

const MIB = 1_048_576;

interface Row {
  tenantId: string;
  name: string;
  plan: string;
  suspended: boolean;
  quotaMb: number;
  overageAllowed: boolean;
  overageLimitMb: number;
  policy: Policy;
  enforcement: Enforcement;
  version: number;
  changedAt: Date;
  usedMb: number | null;
  usageAt: Date | null;
}

/** One page by what the last flush of the API left in Postgres: while the API is down, and for what it cannot order by. */
export async function tenantsFromDatabase(
  viewer: FleetViewer,
  query: TenantQuery,
  why: string | undefined,
): Promise<Extract<TenantListing, { source: 'recorded' }>> {
  const { page, pageSize } = query;
  const where = filtersOf(query);
  const { rows, total } = await database().asAdmin(viewer.email, async (tx) => ({
    rows: await tx.$queryRaw<Row[]>`
      ${fleetTenants()} SELECT * FROM fleet ${where} ORDER BY ${orderOf(query)}, "tenantId"
      LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
    total: await tx.$queryRaw<{ count: number }[]>`${fleetTenants()} SELECT count(*)::int AS count FROM fleet ${where}`,
  }));
  const data = { items: rows.map(tenantOf), total: total[0]?.count ?? 0, page, pageSize };
  return { source: 'recorded', why, asOf: oldest(rows), data };
}

export async function tenantFromDatabase(
  viewer: FleetViewer,
  tenantId: string,
  why: string,
): Promise<FromApi<Tenant> | undefined> {
  const [row] = await database().asAdmin(
    viewer.email,
    (tx) => tx.$queryRaw<Row[]>`${fleetTenants()} SELECT * FROM fleet WHERE "tenantId" = ${tenantId}`,
  );
  return row && { source: 'recorded', why, asOf: oldest([row]), data: tenantOf(row) };
}

function filtersOf({ search, plan, state }: TenantQuery): PrismaNamespace.Sql {
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  const found = Prisma.sql`WHERE (name ILIKE ${pattern} OR "tenantId" ILIKE ${pattern})`;
  const onPlan = plan ? Prisma.sql`AND plan = ${plan}` : Prisma.empty;
  const inState = state ? Prisma.sql`AND ${stateOf()} = ${state}` : Prisma.empty;
  return Prisma.sql`${found} ${onPlan} ${inState}`;
}

/** What is not known comes last, whichever way the column is sorted. */
function orderOf({ sort, order }: TenantQuery): PrismaNamespace.Sql {
  const by = {
    name: Prisma.sql`lower(name)`,
    quota: Prisma.sql`"quotaMb"`,
    usage: Prisma.sql`"usedMb"`,
    changed: Prisma.sql`"changedAt"`,
    share: Prisma.sql`"usedMb" / "quotaMb"`,
  }[sort];
  return order === 'desc' ? Prisma.sql`${by} DESC NULLS LAST` : Prisma.sql`${by} ASC NULLS LAST`;
}

function tenantOf(row: Row): Tenant {
  const { tenantId, name, plan, suspended, version, usedMb } = row;
  const changedAt = row.changedAt.toISOString();
  const { quotaMb, overageAllowed, overageLimitMb, policy, enforcement } = row;
  const quota = quotaOf({ tenantId, quotaMb, overageAllowed, overageLimitMb, policy, enforcement, version, changedAt });
  const usedBytes = usedMb === null ? undefined : Math.round(usedMb * MIB);
  const usage = usedBytes === undefined ? null : { usedBytes, entries: null, state: quotaState(usedBytes, quota) };
  return { tenantId, name, plan, suspended, version, changedAt, quota, usage };
}

function oldest(rows: readonly Row[]): Date | undefined {
  const times = rows.flatMap(({ usageAt }) => (usageAt ? [usageAt.getTime()] : []));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
