export type CsvValue = string | number | boolean | null | undefined;

/** Marks that nobody sees, such as a zero-width space, do not hide a formula; some spreadsheets split at semicolons, quoted or not. */
const STARTS_A_FORMULA = /(^|;)(?=[\s\p{Cc}\p{Cf}]*[=+\-@|＝＋－＠])|^(?=\s)/gu;

/**
 * One cell. Text that a spreadsheet would run as a formula gets an apostrophe in front of that; numbers are numbers and stay.
 * @returns quoted where it holds a comma, a quote or a line end
 */
export function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = value.replace(STARTS_A_FORMULA, "$1'");
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180 with a byte order mark, so that spreadsheets read it as UTF-8. */
export function csv(head: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  return `\uFEFF${csvLines([head, ...rows])}`;
}

function csvLines(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/**
 * The same sent while it is read, one step of rows at a time. What fails before the first step rejects, so that it can be
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
