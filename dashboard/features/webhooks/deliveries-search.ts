import {
  createLoader,
  createSerializer,
  type LoaderInput,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { searchable } from '@/data/searchable';
import { DELIVERY_STATES, type DeliveryState } from '@/data/webhook-schema';

export const WEBHOOKS_PAGE_SIZE = 25;
export const DELIVERIES_PAGE_SIZE = 25;
/** Of all webhooks together, beside the alerts. */
export const LATEST_DELIVERIES = 8;

export const DELIVERIES_SEARCH = {
  state: parseAsStringLiteral(DELIVERY_STATES),
  page: parseAsInteger.withDefault(1),
};
const WEBHOOKS_SEARCH = { tenant: parseAsString.withDefault(''), page: parseAsInteger.withDefault(1) };

export interface DeliveriesSearch {
  readonly state: DeliveryState | null;
  readonly page: number;
}

export interface WebhooksSearch {
  /** Part of a tenant's name or id. */
  readonly tenant: string;
  readonly page: number;
}

const loadDeliveries = createLoader(DELIVERIES_SEARCH);
const serializeDeliveries = createSerializer(DELIVERIES_SEARCH);
const loadWebhooks = createLoader(WEBHOOKS_SEARCH);
const serializeWebhooks = createSerializer(WEBHOOKS_SEARCH);

/** From a URL, with whatever is out of range brought back into it. */
export async function deliveriesSearch(params: LoaderInput | Promise<LoaderInput>): Promise<DeliveriesSearch> {
  const { state, page } = loadDeliveries(await params);
  return { state, page: inRange(page) };
}

export function deliveriesHref(path: string, search: DeliveriesSearch): string {
  return serializeDeliveries(path, search);
}

/** From a URL, with whatever is out of range brought back into it. */
export async function webhooksSearch(params: LoaderInput | Promise<LoaderInput>): Promise<WebhooksSearch> {
  const { tenant, page } = loadWebhooks(await params);
  return { tenant: searchable(tenant, 100), page: inRange(page) };
}

export function webhooksHref(search: WebhooksSearch, path = '/settings/webhooks'): string {
  return serializeWebhooks(path, search);
}

function inRange(page: number): number {
  return Math.min(Math.max(1, page), 100_000);
}
