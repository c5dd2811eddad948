import { createLoader, createSerializer, type LoaderInput, parseAsInteger, parseAsString } from 'nuqs/server';
import { searchable } from '@/data/searchable';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { inRange } from '@/features/settings/page-search';

/** What of the keys page is in its URL. */
const SEARCH = {
  tenant: parseAsString.withDefault(''),
  search: parseAsString.withDefault(''),
  page: parseAsInteger.withDefault(1),
};

export interface KeysSearch {
  /** Id of the tenant whose keys are shown; empty while one is looked for. */
  readonly tenant: string;
  readonly search: string;
  readonly page: number;
}

const load = createLoader(SEARCH);
const serialize = createSerializer(SEARCH);

/** From a URL, with whatever is out of range brought back into it. */
export async function keysSearch(params: LoaderInput | Promise<LoaderInput>): Promise<KeysSearch> {
  const { tenant, search, page } = load(await params);
  return { tenant: TENANT_ID_PATTERN.test(tenant) ? tenant : '', search: searchable(search, 100), page: inRange(page) };
}

export function keysHref(search: Partial<KeysSearch>): string {
  return serialize('/settings/keys', search);
}
