import { type CsvValue, csv, csvLines } from '@/components/ui/csv-text';
import { problem } from './problem';

/**
 * A table as CSV, sent while it is read, one step of rows at a time. What fails before the first step rejects, so that it can be
 * answered; a file that breaks off later is cut, not ended.
 */
export async function csvStream<Row>(
  name: string,
  head: readonly string[],
  steps: AsyncIterable<readonly Row[]>,
  cells: (row: Row) => readonly CsvValue[],
): Promise<Response> {
  const source = steps[Symbol.asyncIterator]();
  const first = await source.next();
  const encoder = new TextEncoder();
  let start: string | undefined = csv(head, first.done ? [] : first.value.map(cells));
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (start !== undefined) {
        controller.enqueue(encoder.encode(start));
        start = undefined;
        if (first.done) controller.close();
        return;
      }
      const step = await source.next();
      if (step.done) controller.close();
      else controller.enqueue(encoder.encode(csvLines(step.value.map(cells))));
    },
    async cancel() {
      await source.return?.();
    },
  });
  return csvResponse(name, body);
}

/** @param name without date and ending: both are added */
export function csvResponse(name: string, body: string | ReadableStream<Uint8Array>): Response {
  const file = `${name}-${new Date().toISOString().slice(0, 10)}.csv`;
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${file}"`,
      'Cache-Control': 'private, no-store',
    },
  });
}

export interface PageQuery {
  readonly page: number;
  readonly pageSize: number;
}

const PAGE_SIZE = 100;

/** The pages of a list one after the other, each row once also where others come to it meanwhile. */
export async function* pagesOf<Row>(
  read: (query: PageQuery) => Promise<{ readonly items: readonly Row[] }>,
  keyOf: (row: Row) => string,
): AsyncGenerator<readonly Row[]> {
  const seen = new Set<string>();
  for (let page = 1; ; page += 1) {
    const { items } = await read({ page, pageSize: PAGE_SIZE });
    const fresh = items.filter((row) => !seen.has(keyOf(row)));
    for (const row of fresh) seen.add(keyOf(row));
    yield fresh;
    if (items.length < PAGE_SIZE) return;
  }
}

/** Of a list that is read at once: so many rows and no more. */
export const FILE_PAGE = { page: 1, pageSize: 10_000 } as const satisfies PageQuery;

/** The rows that were read with `FILE_PAGE`; 413 where there are more. @param what the rows are, for that answer */
export function csvWhole<Row>(
  { name, what }: { readonly name: string; readonly what: string },
  head: readonly string[],
  { items, total }: { readonly items: readonly Row[]; readonly total: number },
  cells: (row: Row) => readonly CsvValue[],
): Response {
  if (total > items.length) {
    return problem(413, `${total} ${what} match, and a file has at most ${FILE_PAGE.pageSize}. Narrow the filters.`);
  }
  return csvResponse(name, csv(head, items.map(cells)));
}
