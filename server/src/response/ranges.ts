import parseRange from 'range-parser';
import { matchesStrongly } from './conditionals.js';
import { type Field, fieldValue, hasField } from './fields.js';
import { httpDateMs } from './http-dates.js';
import type { StoredResponse } from './stored-response.js';

/** One part of a stored body, both ends within it, or that none of it was asked for; nothing for the whole. */
export type AskedRange = { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined;

/**
 * The single range that a GET asks for of a stored 200 (RFC 9110, 14.2). Several ranges, other units and what cannot be
 * read are answered with the whole, which the field allows.
 */
export function askedRange(request: readonly Field[], stored: StoredResponse): AskedRange {
  const asked = fieldValue(request, 'range');
  if (asked === undefined || stored.status !== 200 || !asked.startsWith('bytes=')) return undefined;
  if (asked.includes(',') || hasField(stored.headers, 'content-range')) return undefined;
  if (fieldValue(stored.headers, 'accept-ranges')?.toLowerCase() === 'none') return undefined;
  if (!meetsIfRange(fieldValue(request, 'if-range'), stored)) return undefined;
  const size = stored.body.length;
  const suffix = /^bytes=-(\d{1,15})$/.exec(asked);
  // A suffix longer than the body is the whole of it (RFC 9110, 14.1.2); the parser would call it unsatisfiable.
  if (suffix !== null && Number(suffix[1]) >= size && size > 0) return { start: 0, end: size - 1 };
  // A range that ends before it begins is none (RFC 9110, 14.1.1); the parser would call it unsatisfiable.
  const ends = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(asked);
  if (ends !== null && Number(ends[2]) < Number(ends[1])) return undefined;
  const ranges = parseRange(size, asked);
  if (ranges === -2) return undefined;
  return ranges === -1 ? 'unsatisfiable' : ranges[0];
}

/** The client has a part of exactly this: the same strong ETag, or the same date (RFC 9110, 13.1.5). */
function meetsIfRange(validator: string | undefined, stored: StoredResponse): boolean {
  if (validator === undefined) return true;
  if (validator.includes('"')) return matchesStrongly(validator, fieldValue(stored.headers, 'etag'));
  const given = httpDateMs(validator, stored.responseAtMs);
  const modified = httpDateMs(fieldValue(stored.headers, 'last-modified'), stored.responseAtMs);
  const made = httpDateMs(fieldValue(stored.headers, 'date'), stored.responseAtMs);
  // A date within a second of the answer may hide a second change in that second (RFC 9110, 8.8.2.2).
  return given !== undefined && given === modified && made !== undefined && modified <= made - 1_000;
}
