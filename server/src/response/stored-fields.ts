import { createHash } from 'node:crypto';
import { qualifiedFields } from './cache-control.js';
import { type Field, fieldValues, hasField, trimSpace } from './fields.js';
import { effectiveControl, type ResponseHead, type ResponseTimes, singleDateMs } from './freshness.js';
import type { ResponsePolicy } from './response-policy.js';
import type { StoredResponse } from './stored-response.js';

/** Of one connection or one exchange (RFC 9111, 3.1; RFC 9110, 7.6.1), or of one client: never kept. */
const NEVER_STORED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
  'set-cookie2',
  'retry-after',
  'cache-status',
]);

/** RateLimit, RateLimit-Policy, RateLimit-Remaining, X-RateLimit-Limit …, and the quota fields of the middleware. */
const PER_CLIENT = ['ratelimit', 'x-ratelimit', 'x-rate-limit', 'x-cache-quota'];

/** What of a head may be kept: nothing of its connection, nor of the client it was made for. */
export function storedFields(headers: readonly Field[], policy: ResponsePolicy): Field[] {
  const named = new Set(
    fieldValues(headers, 'connection').flatMap((line) => line.toLowerCase().split(',').map(trimSpace)),
  );
  for (const name of qualifiedFields(effectiveControl(headers, policy).directives, 'no-cache')) named.add(name);
  return headers.filter(([name]) => !NEVER_STORED.has(name) && !named.has(name) && !isPerClient(name));
}

function isPerClient(name: string): boolean {
  return PER_CLIENT.some((prefix) => name.startsWith(prefix));
}

/** The record of a response: its fields that may be kept, with a Date and an ETag where the handler gave none. */
export function storedResponse(
  head: ResponseHead,
  body: Buffer,
  times: ResponseTimes,
  freshForMs: number,
  policy: ResponsePolicy,
): StoredResponse {
  const headers = withDate(storedFields(head.headers, policy), times);
  const { requestAtMs, responseAtMs } = times;
  return withValidators({ status: head.status, headers, body, requestAtMs, responseAtMs, freshForMs });
}

/** The Date of an answer is when it was made, not when it is sent again (RFC 9110, 6.6.1). */
function withDate(headers: Field[], times: ResponseTimes): Field[] {
  if (singleDateMs(headers, 'date', times.responseAtMs) !== undefined) return headers;
  const kept = headers.filter(([name]) => name !== 'date');
  return [...kept, ['date', new Date(times.responseAtMs).toUTCString()]];
}

const OWN_TAG = '"tc-';

/** Adds a strong ETag of the stored bytes to a 200 that has none. */
export function withValidators(stored: StoredResponse): StoredResponse {
  if (stored.status !== 200 || hasField(stored.headers, 'etag')) return stored;
  const hash = createHash('sha256').update(stored.body).digest('base64url');
  return { ...stored, headers: [...stored.headers, ['etag', `${OWN_TAG}${hash}"`]] };
}

/** Whether this cache made the ETag, so that no handler knows it. */
export function isOwnTag(etag: string): boolean {
  return etag.startsWith(OWN_TAG);
}
