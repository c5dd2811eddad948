import type { Page, TenantQuery, TenantRecord } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';

/** The records that match the search (id or name, case ignored), in the order asked for; ties by id. */
export function sorted(records: readonly TenantRecord[], query: TenantQuery): TenantRecord[] {
  const needle = query.search?.toLowerCase() ?? '';
  const direction = query.order === 'desc' ? -1 : 1;
  return records
    .filter((record) => query.plan === undefined || record.plan === query.plan)
    .filter((record) => `${record.tenantId}\n${record.name}`.toLowerCase().includes(needle))
    .sort((a, b) => direction * (order(a, b, query.sort) || compare(a.tenantId, b.tenantId)));
}

/** Of those on the plan, the first `count` after `after`, by id. */
export function nextById(
  records: readonly TenantRecord[],
  plan: string,
  { after, count }: { readonly after: TenantId | undefined; readonly count: number },
): TenantRecord[] {
  return records
    .filter((record) => record.plan === plan && (after === undefined || record.tenantId > after))
    .sort((a, b) => compare(a.tenantId, b.tenantId))
    .slice(0, count);
}

export function pageOf<T>(rows: readonly T[], { page, pageSize }: { page: number; pageSize: number }): Page<T> {
  const start = (page - 1) * pageSize;
  return { items: rows.slice(start, start + pageSize), total: rows.length, page, pageSize };
}

function order(a: TenantRecord, b: TenantRecord, sort: TenantQuery['sort']): number {
  if (sort === 'quota') return a.settings.quotaBytes - b.settings.quotaBytes;
  if (sort === 'changed') return a.changedAtMs - b.changedAtMs;
  return compare(a.name.toLowerCase(), b.name.toLowerCase());
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
