import { createLoader, createSerializer, type LoaderInput, parseAsInteger, parseAsString } from 'nuqs/server';
import { searchable } from '@/data/searchable';

export const PEOPLE_PAGE_SIZE = 25;

const PEOPLE_SEARCH = { search: parseAsString.withDefault(''), page: parseAsInteger.withDefault(1) };

export interface PeopleSearch {
  /** Part of a name, an e-mail or a tenant's id. */
  search: string;
  page: number;
}

const load = createLoader(PEOPLE_SEARCH);
const serialize = createSerializer(PEOPLE_SEARCH);

/** From a URL, with whatever is out of range brought back into it. */
export async function peopleSearch(params: LoaderInput | Promise<LoaderInput>): Promise<PeopleSearch> {
  const { search, page } = load(await params);
  return { search: searchable(search, 100), page: Math.min(Math.max(1, page), 100_000) };
}

export function peopleHref(search: PeopleSearch, path = '/settings/people'): string {
  return serialize(path, search);
}
