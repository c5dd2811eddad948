import { createLoader, createSerializer, type LoaderInput, parseAsInteger, parseAsString } from 'nuqs/server';
import { searchable } from '@/data/searchable';
import { DATASET_PATTERN } from '@/data/shared-schema';

/** What of the shared data page is in its URL, beside the time range. */
export const SHARED_SEARCH = {
  dataset: parseAsString.withDefault(''),
  group: parseAsString.withDefault(''),
  page: parseAsInteger.withDefault(1),
  reader: parseAsString.withDefault(''),
  readers: parseAsInteger.withDefault(1),
};

export interface SharedSearch {
  /** Empty for the first one. */
  readonly dataset: string;
  /** Part of a group's name. */
  readonly group: string;
  readonly page: number;
  /** Part of a tenant's name or id. */
  readonly reader: string;
  /** Page of the readers. */
  readonly readers: number;
}

/** What of the entries of one dataset is in the URL. */
export const ENTRIES_SEARCH = { prefix: parseAsString.withDefault(''), cursor: parseAsString.withDefault('') };

export interface EntriesSearch {
  readonly prefix: string;
  readonly cursor: string;
}

const loadShared = createLoader(SHARED_SEARCH);
const loadEntries = createLoader(ENTRIES_SEARCH);
const serializeShared = createSerializer(SHARED_SEARCH);
const serializeEntries = createSerializer(ENTRIES_SEARCH);
const inRange = (page: number) => Math.min(Math.max(1, page), 10_000);

export async function sharedSearch(params: LoaderInput | Promise<LoaderInput>): Promise<SharedSearch> {
  const { dataset, group, page, reader, readers } = loadShared(await params);
  return {
    dataset: DATASET_PATTERN.test(dataset) ? dataset : '',
    group: searchable(group, 128),
    page: inRange(page),
    reader: searchable(reader, 100),
    readers: inRange(readers),
  };
}

export function sharedHref(search: SharedSearch, path = '/shared'): string {
  return serializeShared(path, search);
}

export async function entriesSearch(params: LoaderInput | Promise<LoaderInput>): Promise<EntriesSearch> {
  const { prefix, cursor } = loadEntries(await params);
  return { prefix: searchable(prefix, 128), cursor: searchable(cursor, 8_192) };
}

export function entriesHref(dataset: string, search: EntriesSearch): string {
  return serializeEntries(`/shared/${dataset}`, search);
}
