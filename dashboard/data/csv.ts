import { type CsvValue, csv, csvLines } from '@/components/ui/csv-text';

/**
 * A table as CSV, sent while it is read, one step of rows at a time. What fails before the first step rejects, so that it can be
 * answered; a file that breaks off later is cut, not ended.
 */
export async function csvStream(
  name: string,
  head: readonly string[],
  steps: AsyncIterable<readonly (readonly CsvValue[])[]>,
): Promise<Response> {
  const source = steps[Symbol.asyncIterator]();
  const first = await source.next();
  const encoder = new TextEncoder();
  let start: string | undefined = csv(head, first.done ? [] : first.value);
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
      else controller.enqueue(encoder.encode(csvLines(step.value)));
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

const PAGE_SIZE = 100;

/** The pages of a list one after the other, each row once also where others come to it meanwhile. */
export async function* pagesOf<Row>(
  read: (query: { page: number; pageSize: number }) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): AsyncGenerator<readonly Row[]> {
  const seen = new Set<string>();
  for (let page = 1; ; page += 1) {
    const rows = await read({ page, pageSize: PAGE_SIZE });
    const fresh = rows.filter((row) => !seen.has(keyOf(row)));
    for (const row of fresh) seen.add(keyOf(row));
    yield fresh;
    if (rows.length < PAGE_SIZE) return;
  }
}

/** The same as rows of cells. */
export async function* cellsOf<Row>(
  pages: AsyncIterable<readonly Row[]>,
  cells: (row: Row) => readonly CsvValue[],
): AsyncGenerator<readonly (readonly CsvValue[])[]> {
  for await (const rows of pages) yield rows.map(cells);
}
