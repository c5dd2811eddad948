import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Null is an empty cell. */
export type Cell = string | number | null;

/**
 * Where a spreadsheet would begin a formula: `=`, `+`, `-`, `@` and `|`, full-width forms as well, behind whatever is not
 * seen; after a semicolon too, at which some split, quoted or not. A white space in front hides one from a reader.
 */
const FORMULA = /(^|;)(?=[\s\p{Cc}\p{Cf}]*[=+\-@|＝＋－＠])|^(?=\s)/gu;
const NUMBER = /^-?\d+(\.\d+)?$/;
const QUOTED = /[",\r\n]/;

/** One line by RFC 4180. A text that a spreadsheet would calculate gets a `'` before what it would; a number is never such a text. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  const given = String(cell);
  const text = NUMBER.test(given) ? given : given.replace(FORMULA, "$1'");
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Sends rows as they come, no faster than the client reads. An error before the first row rejects, so that it can be
 * answered; a later one cuts the connection, as half a table must not look like a whole one.
 * @param filename without quotes or control characters
 */
export async function sendCsv(
  res: Response,
  filename: string,
  header: readonly string[],
  rows: AsyncIterable<readonly Cell[]>,
): Promise<void> {
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* lines() {
    yield csvLine(header);
    for (let row = first; !row.done; row = await iterator.next()) yield csvLine(row.value);
  }
  res.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
  res.setHeader('Content-Disposition', `attachment; filename="${filename}"`);
  res.setHeader('X-Content-Type-Options', 'nosniff');
  try {
    await pipeline(Readable.from(lines()), res);
  } catch (error) {
    // The client went away, which is nobody's fault.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
