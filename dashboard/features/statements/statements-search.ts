import { createLoader, createSerializer, type LoaderInput, parseAsInteger } from 'nuqs/server';

export const STATEMENTS_PAGE_SIZE = 24;

const SEARCH = { page: parseAsInteger.withDefault(1) };
const load = createLoader(SEARCH);
const serialize = createSerializer(SEARCH);

/** The page from a URL, brought back into range. */
export async function statementsPage(params: LoaderInput | Promise<LoaderInput>): Promise<number> {
  const { page } = load(await params);
  return Math.min(Math.max(1, page), 10_000);
}

export function statementsHref(page: number): string {
  return serialize('/my/statements', { page });
}
