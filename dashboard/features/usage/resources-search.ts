import { createLoader, type LoaderInput, parseAsStringLiteral } from 'nuqs/server';

const load = createLoader({ resources: parseAsStringLiteral(['all']) });

/** Whether a page's URL asks for all resources and not only for the first ten. */
export async function asksForAllResources(params: LoaderInput | Promise<LoaderInput>): Promise<boolean> {
  return load(await params).resources === 'all';
}

/** The same page with all resources, or with the first ten, and with its range. */
export function resourcesHref(path: string, rangeQuery: string, all: boolean): string {
  const query = new URLSearchParams(rangeQuery);
  if (all) query.set('resources', 'all');
  return `${path}${query.size > 0 ? `?${query}` : ''}#resources`;
}
