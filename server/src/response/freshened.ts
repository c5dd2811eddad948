import { isStrong, matchesStrongly } from './conditionals.js';
import { type Field, fieldValue, hasField } from './fields.js';
import type { ResponseHead, ResponseTimes } from './freshness.js';
import { judgeResponse } from './judge-response.js';
import type { RequestHead } from './request-head.js';
import type { ResponsePolicy } from './response-policy.js';
import { isOwnTag, storedFields, withValidators } from './stored-fields.js';
import type { StoredResponse } from './stored-response.js';

/** Fields that describe the stored bytes, which a 304 does not change (RFC 9111, 3.2). */
const OF_THE_BODY = new Set(['content-encoding', 'content-length', 'content-range']);

/** `keepForMs` undefined: it may answer this request, and must be kept no longer. */
export interface Freshened {
  readonly stored: StoredResponse;
  readonly keepForMs: number | undefined;
}

/**
 * What is stored, with the fields of a 304 (RFC 9111, 3.2, 4.3.4). Nothing where that is about another representation:
 * then what is stored is invalid.
 */
export function freshened(
  stored: StoredResponse,
  head: ResponseHead,
  request: RequestHead,
  times: ResponseTimes,
  policy: ResponsePolicy,
): Freshened | undefined {
  if (!isSameRepresentation(stored, head)) return undefined;
  const news = storedFields(head.headers, policy).filter(([name]) => !OF_THE_BODY.has(name));
  const replaced = new Set(news.map(([name]) => name));
  // The old Age and Date say nothing of the answer that has just come.
  const kept = stored.headers.filter(([name]) => !replaced.has(name) && name !== 'age' && name !== 'date');
  const date: Field[] = hasField(news, 'date') ? [] : [['date', new Date(times.responseAtMs).toUTCString()]];
  const headers = [...kept, ...news, ...date];
  const judged = judgeResponse(request, { status: stored.status, headers }, times, policy);
  const freshForMs = judged.store ? judged.freshForMs : 0;
  const { requestAtMs, responseAtMs } = times;
  return {
    stored: withValidators({ ...stored, headers, requestAtMs, responseAtMs, freshForMs }),
    keepForMs: judged.store ? judged.keepForMs : undefined,
  };
}

/** A strong ETag must be the stored one (RFC 9111, 4.3.4); one of this cache's own making is unknown to the handler. */
function isSameRepresentation(stored: StoredResponse, head: ResponseHead): boolean {
  const told = fieldValue(head.headers, 'etag');
  const known = fieldValue(stored.headers, 'etag');
  if (told === undefined || !isStrong(told) || known === undefined || isOwnTag(known)) return true;
  return matchesStrongly(told, known);
}
