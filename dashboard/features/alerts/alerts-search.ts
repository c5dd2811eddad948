import {
  createLoader,
  createSerializer,
  type LoaderInput,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { ALERT_KINDS, ALERT_STATES, type AlertKind, type AlertState } from '@/data/alert-schema';
import { searchable } from '@/data/searchable';

export const ALERTS_PAGE_SIZE = 25;

/** What of an alerts page is in its URL. What is open comes first, because it may ask for action. */
export const ALERTS_SEARCH = {
  state: parseAsStringLiteral(ALERT_STATES).withDefault('open'),
  kind: parseAsStringLiteral(ALERT_KINDS),
  tenant: parseAsString.withDefault(''),
  page: parseAsInteger.withDefault(1),
};

export interface AlertsSearch {
  readonly state: AlertState;
  readonly kind: AlertKind | null;
  /** Part of a tenant's name or id; a tenant's own page does not ask for it. */
  readonly tenant: string;
  readonly page: number;
}

const load = createLoader(ALERTS_SEARCH);
const serialize = createSerializer(ALERTS_SEARCH);

/** From a URL, with whatever is out of range brought back into it. */
export async function alertsSearch(params: LoaderInput | Promise<LoaderInput>): Promise<AlertsSearch> {
  const { tenant, page, ...rest } = load(await params);
  return { ...rest, tenant: searchable(tenant, 100), page: Math.min(Math.max(1, page), 100_000) };
}

export function alertsHref(search: AlertsSearch, path = '/alerts'): string {
  return serialize(path, search);
}

/** The same for a tenant's own page, where a tenant in the URL means nothing. */
export async function ownAlertsSearch(params: LoaderInput | Promise<LoaderInput>): Promise<AlertsSearch> {
  return { ...(await alertsSearch(params)), tenant: '' };
}
