import { createLoader, createSerializer, type LoaderInput, parseAsInteger } from 'nuqs/server';

const SEARCH = { page: parseAsInteger.withDefault(1) };
const load = createLoader(SEARCH);
const serialize = createSerializer(SEARCH);

/** The page of a list that is in the URL, brought back into what the API accepts. */
export async function pageOf(params: LoaderInput | Promise<LoaderInput>): Promise<number> {
  return inRange(load(await params).page);
}

export function inRange(page: number): number {
  return Math.min(Math.max(1, page), 100_000);
}

export function pageHref(path: string, page: number): string {
  return serialize(path, { page });
}
