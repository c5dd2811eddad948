import { createLoader, createSerializer, type LoaderInput, parseAsInteger } from 'nuqs/server';

export const CROSSINGS_PAGE_SIZE = 10;

const PAGE = { page: parseAsInteger.withDefault(1) };
const load = createLoader(PAGE);
const serialize = createSerializer(PAGE);

/** The page of thresholds, brought back into range. */
export async function crossingsPage(params: LoaderInput | Promise<LoaderInput>): Promise<number> {
  return Math.min(Math.max(1, load(await params).page), 100_000);
}

/** @param query of the time range, such as `?range=24h` */
export function crossingsHref(page: number, query: string): string {
  return serialize(`/my/quota${query}`, { page });
}
