import 'server-only';
import type { Plan, TenantQuota, Tenant as TenantRow } from '@tenantcache/database';
import { database } from './database';
import { type Enforcement, type Policy, quotaOf, quotaState } from './quota-schema';
import type { FromApi, Tenant, TenantPage, TenantQuery } from './tenants';
import type { FleetViewer } from './viewer';

const MIB = 1_048_576;
const INCLUDE = { quota: true, planRow: true } as const;

type Row = TenantRow & { quota: TenantQuota | null; planRow: Plan };

/** What the last flush of the API left in Postgres, for when the API does not answer. */
export async function tenantsFromDatabase(
  viewer: FleetViewer,
  query: TenantQuery,
  why: string,
): Promise<FromApi<TenantPage>> {
  const { search, order, page, pageSize } = query;
  const pattern = search.replace(/[\\%_]/g, '\\$&');
  const matches = { contains: pattern, mode: 'insensitive' } as const;
  const where = search === '' ? {} : { OR: [{ name: matches }, { tenantId: matches }] };
  const orderBy = {
    name: { name: order },
    quota: { quota: { quotaMb: order } },
    usage: { quota: { currentUsageMb: order } },
    changed: { quota: { updatedAt: order } },
  }[query.sort];
  const [rows, total] = await database().asAdmin(viewer.email, (tx) =>
    Promise.all([
      tx.tenant.findMany({
        where,
        orderBy: [orderBy, { tenantId: 'asc' }],
        skip: (page - 1) * pageSize,
        take: pageSize,
        include: INCLUDE,
      }),
      tx.tenant.count({ where }),
    ]),
  );
  return { source: 'recorded', why, asOf: oldest(rows), data: { items: rows.map(tenantOf), total, page, pageSize } };
}

export async function tenantFromDatabase(
  viewer: FleetViewer,
  tenantId: string,
  why: string,
): Promise<FromApi<Tenant> | undefined> {
  const row = await database().asAdmin(viewer.email, (tx) =>
    tx.tenant.findUnique({ where: { tenantId }, include: INCLUDE }),
  );
  return row ? { source: 'recorded', why, asOf: oldest([row]), data: tenantOf(row) } : undefined;
}

function tenantOf(row: Row): Tenant {
  const { tenantId, name, plan, suspended, planRow, quota } = row;
  const { quotaMb, overageAllowed, overageLimitMb } = quota ?? planRow;
  // Columns whose CHECKs are these very lists.
  const policy = (quota ?? planRow).policy as Policy;
  const enforcement = (quota ?? planRow).enforcement as Enforcement;
  const version = quota?.version ?? 0;
  const changedAt = (quota?.updatedAt ?? row.updatedAt).toISOString();
  const set = quotaOf({ tenantId, quotaMb, overageAllowed, overageLimitMb, policy, enforcement, version, changedAt });
  const usedBytes = quota?.usageAt ? Math.round(Number(quota.currentUsageMb) * MIB) : undefined;
  const usage = usedBytes === undefined ? null : { usedBytes, entries: null, state: quotaState(usedBytes, set) };
  return { tenantId, name, plan, suspended, version, changedAt, quota: set, usage };
}

function oldest(rows: readonly Row[]): Date | undefined {
  const times = rows.flatMap(({ quota }) => (quota?.usageAt ? [quota.usageAt.getTime()] : []));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
