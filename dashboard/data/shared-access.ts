import 'server-only';
import { rowsOf } from './history';
import type { TimeRange } from './range';
import { accessHours } from './shared-hours';
import type { FleetViewer } from './viewer';

export interface GroupReads {
  readonly group: string;
  readonly reads: number;
  /** Refused by the limit of a tenant; not part of `reads`. */
  readonly limited: number;
  readonly tenants: number;
}

export interface Reader {
  readonly tenantId: string;
  /** Undefined for a tenant that is no longer there. */
  readonly name: string | undefined;
  readonly reads: number;
  readonly limited: number;
  readonly groups: number;
}

export interface AccessPage<Row> {
  readonly items: readonly Row[];
  readonly total: number;
  /** Of all pages. */
  readonly reads: number;
}

interface AccessQuery {
  /** Part of a group's name, or of a tenant's name or id. */
  readonly search: string;
  readonly page: number;
  readonly pageSize: number;
}

interface Counted {
  total: number;
  reads: number;
}

/** What was read of a dataset by group, most read first, over the whole hours of the range. */
export async function listGroupReads(
  viewer: FleetViewer,
  dataset: string,
  { search, page, pageSize }: AccessQuery,
  range: TimeRange,
): Promise<AccessPage<GroupReads>> {
  const { from, to } = accessHours(range);
  const pattern = likePattern(search);
  return rowsOf(viewer, async (tx) => {
    const items = await tx.$queryRaw<GroupReads[]>`
      SELECT group_name AS "group", sum(reads)::float8 AS reads, sum(limited)::float8 AS limited,
             count(DISTINCT tenant_id)::int AS tenants
        FROM shared_access
       WHERE dataset = ${dataset} AND hour >= ${from} AND hour < ${to} AND group_name ILIKE ${pattern}
       GROUP BY group_name ORDER BY sum(reads) DESC, group_name LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
    const [counted] = await tx.$queryRaw<Counted[]>`
      SELECT count(DISTINCT group_name)::int AS total, coalesce(sum(reads), 0)::float8 AS reads
        FROM shared_access
       WHERE dataset = ${dataset} AND hour >= ${from} AND hour < ${to} AND group_name ILIKE ${pattern}`;
    return { items, total: counted?.total ?? 0, reads: counted?.reads ?? 0 };
  });
}

/** Who read a dataset, most reads first, over the whole hours of the range. */
export async function listReaders(
  viewer: FleetViewer,
  dataset: string,
  { search, page, pageSize }: AccessQuery,
  range: TimeRange,
): Promise<AccessPage<Reader>> {
  const { from, to } = accessHours(range);
  const pattern = likePattern(search);
  return rowsOf(viewer, async (tx) => {
    const rows = await tx.$queryRaw<(Omit<Reader, 'name'> & { name: string | null })[]>`
      SELECT a.tenant_id AS "tenantId", t.name, a.reads, a.limited, a.groups FROM (
        SELECT tenant_id, sum(reads)::float8 AS reads, sum(limited)::float8 AS limited,
               count(DISTINCT group_name)::int AS groups
          FROM shared_access WHERE dataset = ${dataset} AND hour >= ${from} AND hour < ${to} GROUP BY tenant_id
      ) a LEFT JOIN tenants t ON t.tenant_id = a.tenant_id
       WHERE a.tenant_id ILIKE ${pattern} OR t.name ILIKE ${pattern}
       ORDER BY a.reads DESC, a.tenant_id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
    const [counted] = await tx.$queryRaw<Counted[]>`
      SELECT count(DISTINCT a.tenant_id)::int AS total, coalesce(sum(a.reads), 0)::float8 AS reads
        FROM shared_access a LEFT JOIN tenants t ON t.tenant_id = a.tenant_id
       WHERE a.dataset = ${dataset} AND a.hour >= ${from} AND a.hour < ${to}
         AND (a.tenant_id ILIKE ${pattern} OR t.name ILIKE ${pattern})`;
    const items = rows.map(({ name, ...row }) => ({ ...row, name: name ?? undefined }));
    return { items, total: counted?.total ?? 0, reads: counted?.reads ?? 0 };
  });
}

function likePattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`;
}
