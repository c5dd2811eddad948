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
  const lines = [head, ...rows].map((cells) => cells.map(csvCell).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** @param name without date and ending: both are added */
export function csvResponse(name: string, body: string): Response {
  const file = `${name}-${new Date().toISOString().slice(0, 10)}.csv`;
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${file}"`,
      'Cache-Control': 'private, no-store',
    },
  });
}
