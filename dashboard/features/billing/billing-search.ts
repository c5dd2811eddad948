import {
  createLoader,
  createSerializer,
  type LoaderInput,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { billingMonth, presentMonth } from '@/data/billing-month';
import { searchable } from '@/data/searchable';

export const SORTS = ['total', 'name', 'mbHours', 'overage', 'peak', 'requests', 'served'] as const;
export type Sort = (typeof SORTS)[number];
type Order = 'asc' | 'desc';
export const BILLING_PAGE_SIZE = 25;

/** What of the billing page is in its URL; the largest amount comes first. */
const BILLING_SEARCH = {
  month: parseAsString.withDefault(''),
  search: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(SORTS).withDefault('total'),
  order: parseAsStringLiteral(['asc', 'desc']),
  page: parseAsInteger.withDefault(1),
};

export interface BillingSearch {
  /** `2026-11`; never later than the present one. */
  readonly month: string;
  readonly search: string;
  readonly sort: Sort;
  readonly order: Order;
  readonly page: number;
}

const load = createLoader(BILLING_SEARCH);
const serialize = createSerializer(BILLING_SEARCH);

function firstOrder(sort: Sort): Order {
  return sort === 'name' ? 'asc' : 'desc';
}

/** From a URL, with whatever is out of range brought back into it. */
export async function billingSearch(params: LoaderInput | Promise<LoaderInput>): Promise<BillingSearch> {
  const { month, search, sort, order, page } = load(await params);
  return {
    month: billingMonth(month),
    search: searchable(search, 100),
    sort,
    order: order ?? firstOrder(sort),
    page: Math.min(Math.max(1, page), 100_000),
  };
}

export function billingHref(search: BillingSearch, path = '/billing'): string {
  const { month, order, ...rest } = search;
  return serialize(path, {
    ...rest,
    month: month === presentMonth() ? null : month,
    order: order === firstOrder(rest.sort) ? null : order,
  });
}

/** Sorting by the same column turns the order; another one starts at its greatest, names at A. */
export function sortedBy(search: BillingSearch, sort: Sort): BillingSearch {
  const turned: Order = search.order === 'asc' ? 'desc' : 'asc';
  return { ...search, sort, order: search.sort === sort ? turned : firstOrder(sort), page: 1 };
}
