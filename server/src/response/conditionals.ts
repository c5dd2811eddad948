import { type Field, fieldValue, hasField, listMembers } from './fields.js';
import { dateMs, type ResponseTimes, singleDateMs } from './freshness.js';
import { httpDateMs } from './http-dates.js';

/** Whether a client has what is stored: If-None-Match, and without it If-Modified-Since (RFC 9110, 13.2.2). */
export function isNotModified(request: readonly Field[], headers: readonly Field[], times: ResponseTimes): boolean {
  const tags = fieldValue(request, 'if-none-match');
  if (tags !== undefined) return matchesWeakly(tags, fieldValue(headers, 'etag'));
  const since = httpDateMs(fieldValue(request, 'if-modified-since'), times.responseAtMs);
  if (since === undefined) return false;
  // Without Last-Modified its Date, and without that its arrival, says how new it is (RFC 9111, 4.3.2).
  const modifiedMs = hasField(headers, 'last-modified')
    ? singleDateMs(headers, 'last-modified', times.responseAtMs)
    : dateMs(headers, times);
  return modifiedMs !== undefined && modifiedMs <= since;
}

/** Weak comparison (RFC 9110, 8.8.3.2) with each tag of a list; `*` matches whatever is there. */
export function matchesWeakly(list: string, etag: string | undefined): boolean {
  if (list === '*') return true;
  if (etag === undefined) return false;
  const opaque = withoutWeakness(etag);
  return listMembers(list).some((tag) => withoutWeakness(tag) === opaque);
}

/** Strong comparison: equal, and neither is weak. */
export function matchesStrongly(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a === b && isStrong(a);
}

export function isStrong(etag: string): boolean {
  return etag.startsWith('"');
}

function withoutWeakness(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag;
}
