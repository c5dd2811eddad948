import { createLoader, createSerializer, type LoaderInput, parseAsString } from 'nuqs/server';
import { RESOURCE_PATTERN } from '@/data/entries-schema';

const MAX_CURSOR = 8_192;
const MAX_PREFIX = 200;

export const ENTRIES_SEARCH = {
  resource: parseAsString.withDefault(''),
  prefix: parseAsString.withDefault(''),
  cursor: parseAsString.withDefault(''),
};

export interface EntriesSearch {
  readonly resource: string;
  readonly prefix: string;
  readonly cursor: string;
}

const load = createLoader(ENTRIES_SEARCH);
const serialize = createSerializer(ENTRIES_SEARCH);

/** From a URL: what cannot name a resource, a key or a cursor is left out. A prefix counts within a resource only. */
export async function entriesSearch(params: LoaderInput | Promise<LoaderInput>): Promise<EntriesSearch> {
  const { resource, prefix, cursor } = load(await params);
  const named = RESOURCE_PATTERN.test(resource) ? resource : '';
  return {
    resource: named,
    prefix: named === '' ? '' : prefix.replace(/\p{Cc}/gu, '').slice(0, MAX_PREFIX),
    cursor: cursor.length <= MAX_CURSOR && /^[\w-]*$/.test(cursor) ? cursor : '',
  };
}

export function entriesHref(tenantId: string, search: Partial<EntriesSearch>): string {
  return serialize(`/tenants/${tenantId}/entries`, search);
}
