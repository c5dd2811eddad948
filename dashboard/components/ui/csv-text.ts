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

export function csvLines(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}
