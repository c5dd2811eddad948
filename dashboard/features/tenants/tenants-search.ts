import {
  createLoader,
  createSerializer,
  type LoaderInput,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { searchable } from '@/data/searchable';
import { TENANT_SORTS, TENANT_STATES, type TenantSort, type TenantState } from '@/data/tenant-states';

export type Order = 'asc' | 'desc';
export const PAGE_SIZE = 25;

/** What of the tenants page is in its URL. The largest use comes first, because that is where room is needed. */
export const TENANTS_SEARCH = {
  search: parseAsString.withDefault(''),
  state: parseAsStringLiteral(TENANT_STATES),
  plan: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(TENANT_SORTS).withDefault('usage'),
  order: parseAsStringLiteral(['asc', 'desc']),
  page: parseAsInteger.withDefault(1),
};

export interface TenantsSearch {
  search: string;
  /** Only those in this state. */
  state?: TenantState | undefined;
  /** Only those on this plan; empty for all. */
  plan?: string;
  sort: TenantSort;
  order: Order;
  page: number;
}

/** Where a column's trouble or its newest is. */
function firstOrder(sort: TenantSort): Order {
  return sort === 'name' ? 'asc' : 'desc';
}

const load = createLoader(TENANTS_SEARCH);
const serialize = createSerializer(TENANTS_SEARCH);

/** From a URL, with whatever is out of range brought back into it. */
export async function tenantsSearch(params: LoaderInput | Promise<LoaderInput>): Promise<TenantsSearch> {
  const { search, state, plan, sort, order, page } = load(await params);
  return {
    search: searchable(search, 100),
    ...(state && { state }),
    ...(searchable(plan, 100) && { plan: searchable(plan, 100) }),
    sort,
    order: order ?? firstOrder(sort),
    page: Math.min(Math.max(1, page), 100_000),
  };
}

export function tenantsHref(search: TenantsSearch, path = '/tenants'): string {
  const { order, ...rest } = search;
  return serialize(path, { ...rest, state: rest.state ?? null, order: order === firstOrder(rest.sort) ? null : order });
}

/** Sorting by the same column turns the order; another one starts where its trouble or its newest is. */
export function sortedBy(search: TenantsSearch, sort: TenantSort): TenantsSearch {
  const turned: Order = search.order === 'asc' ? 'desc' : 'asc';
  return { ...search, sort, order: search.sort === sort ? turned : firstOrder(sort), page: 1 };
}
